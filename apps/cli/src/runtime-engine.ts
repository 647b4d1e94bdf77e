import plannerFiles from '@bosun/planner-files'
import {
  checkMachine,
  checkStateFolder,
  loadConfig,
  openProject,
  openState,
  projectFolders,
  readFactsFile,
  tryWorker,
  type Project as RuntimeProject,
  type RunHandle as RuntimeHandle,
} from '@bosun/runtime'
import toolsFiles from '@bosun/tools-files'
import type { Engine, Project, RunHandle } from './engine.ts'

/** The plugins that every project of this command line has: the file tools, and plans from files. */
const BUILT_IN = [toolsFiles, plannerFiles]

/** The runtime in the shape that the commands are written against. */
export const runtimeEngine: Engine = {
  async openProject(folder, flags) {
    return projectOf(await openProject(folder, { ...flags, builtIn: BUILT_IN }))
  },
  openState,
  async stateDirOf(folder) {
    return (await projectFolders(await loadConfig(folder))).stateDir
  },
  async pluginsOf(folder) {
    const { config } = await loadConfig(folder)
    return config.plugins.map((listed) => {
      if (typeof listed === 'string') return listed
      return 'use' in listed ? listed.use : listed.name
    })
  },
  readFactsFile,
  tryWorker: (options) => tryWorker({ ...options, builtIn: BUILT_IN }),
  async checkMachine(folder) {
    if (folder === undefined) return checkMachine()
    const loaded = await loadConfig(folder)
    const { stateDir, mounts } = await projectFolders(loaded)
    return [...checkMachine(loaded.config.containment), await checkStateFolder(stateDir, Object.values(mounts))]
  },
}

function projectOf(project: RuntimeProject): Project {
  return {
    folder: project.folder,
    stateDir: project.stateDir,
    manager: project.manager,
    planner: project.planner,
    effective: project.effective,
    planPreview: (goal) => project.planPreview(goal),
    start: async (options) => handleOf(await project.start(options)),
    resume: async (run, how) => handleOf(await project.resume(run, how)),
    close: () => project.close(),
  }
}

function handleOf(handle: RuntimeHandle): RunHandle {
  return {
    run: handle.run,
    facts: handle,
    result: handle.outcome,
    cancel: (reason) => handle.cancel(reason),
    drain: () => handle.pause('interrupted'),
    stop: () => handle.stop('told to end'),
  }
}
