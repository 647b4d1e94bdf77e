import { BosunError, type AnyManager, type Json, type Place, type Planner, type RunConfig } from '@bosun/core'
import { fanOut } from '@bosun/managers'
import type { Plugin } from '@bosun/sdk'
import type { ContainerModule } from 'inversify'
import { gitWorkspace } from '../broker/git-workspace.ts'
import { resolveEffectiveConfig, type ConfigFlags, type EffectiveConfig } from '../config/effective-config.ts'
import { loadConfig, type LoadedConfig } from '../config/load-config.ts'
import { projectFolders, resolveGoal, type ProjectFolders } from '../config/project-folders.ts'
import { assertContainment } from '../hosts/assert-containment.ts'
import { assertStateFolder, makeStateFolder } from '../journal/state-folder.ts'
import type { RunHandle } from '../run/run-handle.ts'
import { loadSkills, type LoadedSkills } from '../skills/load-skills.ts'
import { checkRules, toolHandlers } from '../tools/check-rules.ts'
import { readingTools } from '../tools/planner-tools.ts'
import { InlineTaskDoor } from '../tools/task-door.ts'
import { Bosun, type ResumeOptions, type RunOptions } from '../wiring/bosun.ts'
import { createContainer } from '../wiring/create-container.ts'
import { embedded, type HostedWorkers } from '../wiring/embedded.ts'
import { plugins } from '../wiring/plugins.ts'
import { checkModels } from './check-models.ts'
import { hostedWorkers } from './hosted-workers.ts'
import { loadPlugins, type LoadedPlugins } from './load-plugins.ts'
import { openState } from './open-state.ts'
import { projectCode } from './project-code.ts'
import { projectModels, type ProjectModels } from './project-models.ts'
import { previewPlan, type PlanPreview } from './preview-plan.ts'

/** What goes before the config of a project. */
export interface ProjectOptions extends ConfigFlags {
  /** Absolute. */
  readonly stateDir?: string
  /** In place of the planner that the config names. */
  readonly planner?: Planner
  /** Trusted plugins that need no mention in the config. @defaultValue none */
  readonly builtIn?: readonly Plugin[]
  /** Modules that replace bindings of the embedded world. @defaultValue none */
  readonly modules?: readonly ContainerModule[]
}

/**
 * Opens a project: a folder with a `bosun.config.ts`. Loads its config and plugins and checks both;
 * starts nothing yet.
 *
 * @throws FOLDER_MISSING, CONFIG_MISSING, CONFIG_INVALID, PLUGIN_NOT_FOUND, PLUGIN_INVALID,
 * PLUGIN_API_VERSION, PLUGIN_UNTRUSTED, SKILL_INVALID, RULE_MALFORMED, RULE_EXAMPLE_FAILED, TOOL_UNKNOWN, MODEL_UNKNOWN,
 * MODEL_KEY_MISSING, STATE_FOLDER_UNSAFE
 * @example
 * await using project = await openProject('examples/planet-site', { builtIn })
 * const run = await project.start({ goal: undefined })
 * console.log((await run.outcome).end?.type)
 */
export async function openProject(folder: string, options: ProjectOptions = {}): Promise<Project> {
  const loaded = await loadConfig(folder)
  const models = projectModels(loaded, process.env)
  try {
    return await open(loaded, models, options)
  } catch (error) {
    throw models.redactor?.error(error) ?? error
  }
}

async function open(loaded: LoadedConfig, models: ProjectModels, options: ProjectOptions): Promise<Project> {
  const folders = await projectFolders(loaded, options.stateDir)
  const effective = resolveEffectiveConfig(loaded, options)
  const found = await loadPlugins(loaded, options.builtIn ?? [], effective.config)
  const handlers = found.trusted.flatMap((plugin) => plugin.tools)
  checkRules(found.entries, toolHandlers(handlers), { ...effective.config.policy, ...loaded.config.policy })
  checkModels(found.entries, models.models)
  return new Project(loaded, folders, effective, { ...found, skills: loadSkills(loaded) }, models, options)
}

/** What the config of a project names. */
interface ProjectParts extends LoadedPlugins {
  readonly skills: LoadedSkills
}

/** What a run is carried out with, made for its folders. */
interface World {
  readonly bosun: Bosun
  close(): Promise<void>
}

export class Project implements AsyncDisposable {
  readonly folder: string
  readonly stateDir: string
  readonly effective: EffectiveConfig
  readonly #loaded: LoadedConfig
  readonly #folders: ProjectFolders
  readonly #plugins: ProjectParts
  readonly #models: ProjectModels
  readonly #options: ProjectOptions
  readonly #manager: AnyManager
  readonly #planner: Planner | undefined
  readonly #worlds: World[] = []

  constructor(
    loaded: LoadedConfig,
    folders: ProjectFolders,
    effective: EffectiveConfig,
    found: ProjectParts,
    models: ProjectModels,
    options: ProjectOptions,
  ) {
    this.folder = loaded.folder
    this.stateDir = folders.stateDir
    this.effective = effective
    this.#loaded = loaded
    this.#folders = folders
    this.#plugins = found
    this.#models = models
    this.#options = options
    this.#manager = named('manager', loaded, loaded.config.manager, this.#managers())
    const { planner } = loaded.config
    const planners = found.trusted.flatMap((plugin) => plugin.planners)
    this.#planner = options.planner ?? (planner === undefined ? undefined : named('planner', loaded, planner, planners))
  }

  get manager(): string {
    return this.#manager.name
  }

  get planner(): string | undefined {
    return this.#planner?.name
  }

  /** What a goal leads to at first, checked. Starts nothing. @throws what is wrong with the plan */
  planPreview(goal: string | undefined): Promise<PlanPreview> {
    return this.#clean(this.#preview(goal))
  }

  async #preview(goal: string | undefined): Promise<PlanPreview> {
    const resolved = await resolveGoal(this.#loaded, this.#folders, goal)
    const hosted = await this.#hosted(resolved.folders)
    try {
      const door = hosted?.door ?? new InlineTaskDoor(this.#plugins.trusted.flatMap((plugin) => plugin.workers))
      const { manager, planner } = { manager: this.#manager, planner: this.#planner }
      const { config } = this.effective
      return await previewPlan({
        manager,
        planner,
        door,
        config,
        goal: this.#models.redactor?.json(resolved.goal) ?? resolved.goal,
        entries: this.#plugins.entries,
        folder: this.folder,
        plannerTools: readingTools({
          handlers: toolHandlers(this.#plugins.trusted.flatMap(({ tools }) => tools)),
          ...resolved.folders,
          redactor: this.#models.redactor,
        }),
        ...this.#models,
      })
    } finally {
      await hosted?.close()
    }
  }

  /** Starts a run. `goal` as it stands on the command line; the config says how to read it. */
  start({ goal, onWait }: Pick<RunOptions, 'onWait'> & { readonly goal: string | undefined }): Promise<RunHandle> {
    return this.#clean(this.#start(goal, onWait === undefined ? {} : { onWait }))
  }

  async #start(goal: string | undefined, how: Pick<RunOptions, 'onWait'>): Promise<RunHandle> {
    const resolved = await resolveGoal(this.#loaded, this.#folders, goal)
    const { workspace, mounts } = resolved.folders
    const place: Place = { folder: this.folder, workspace, mounts: { ...mounts } }
    const { bosun } = await this.#world(resolved.folders, this.effective.config)
    return bosun.run<Json, Json>(this.#manager, resolved.goal, { ...this.effective, ...this.#roles(), ...how, place })
  }

  /** Takes up a run that this project started before. @throws RUN_UNKNOWN, RUN_ENDED, RUN_BUSY */
  resume(run: string, how: Pick<ResumeOptions, 'by' | 'reason' | 'takeOver' | 'onWait'> = {}): Promise<RunHandle> {
    return this.#clean(this.#resume(run, how))
  }

  async #resume(run: string, how: Pick<ResumeOptions, 'by' | 'reason' | 'takeOver' | 'onWait'>): Promise<RunHandle> {
    const state = await openState(this.stateDir)
    const [{ place }, config] = await Promise.all([state.started(run), state.config(run)]).finally(() => state.close())
    const folders = place === undefined ? this.#folders : { ...this.#folders, ...place }
    // With the limits as they are now: slots that were raised need hosts, or their attempts wait without a beat.
    const { bosun } = await this.#world(folders, config)
    return bosun.resume(run, { managers: this.#managers(), ...this.#roles(), ...how })
  }

  /** Ends hosts and closes the journal. Runs that are still going on can be resumed. */
  async close(): Promise<void> {
    await Promise.all(this.#worlds.splice(0).map((world) => world.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  // ---------------------------------------------------------------------------------------------

  /** An error on its way to a person shows no secret. */
  async #clean<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw this.#models.redactor?.error(error) ?? error
    }
  }

  #roles(): { planner?: Planner } {
    return this.#planner === undefined ? {} : { planner: this.#planner }
  }

  #managers(): AnyManager[] {
    const own = this.#loaded.config.manager
    return [
      ...BUILT_IN_MANAGERS,
      ...this.#plugins.trusted.flatMap((plugin) => plugin.managers),
      ...(typeof own === 'string' ? [] : [own]),
    ]
  }

  async #hosted(
    folders: ProjectFolders,
    config: RunConfig = this.effective.config,
  ): Promise<HostedWorkers | undefined> {
    assertContainment(config)
    const usesGit = this.#plugins.entries.some(({ tools }) => tools.some((rule) => rule.startsWith('git.')))
    if (usesGit) await gitWorkspace(folders.workspace)
    return config.isolation === 'inline'
      ? undefined
      : hostedWorkers(this.#plugins, config, {
          attemptsPerHost: this.#loaded.config.attemptsPerHost,
          redactor: this.#models.redactor,
          skills: this.#plugins.skills.texts,
        })
  }

  async #world(folders: ProjectFolders, config: RunConfig): Promise<World> {
    const { stateDir, workspace, mounts } = folders
    assertStateFolder(stateDir, Object.values(mounts))
    makeStateFolder(stateDir)
    const hosted = await this.#hosted(folders, config)
    const { killAfterMs, heartbeatMs } = config.lease
    const container = await createContainer(
      embedded({
        folder: this.folder,
        workspace,
        mounts,
        stateDir,
        code: projectCode(workspace, this.#loaded, this.#plugins, this.#plugins.skills.folders),
        skills: this.#plugins.skills.texts,
        killAfterMs,
        heartbeatMs,
        models: this.#models.models,
        ...(this.#loaded.config.runsMax === undefined ? {} : { runsMax: this.#loaded.config.runsMax }),
        ...(this.#models.redactor === undefined ? {} : { redactor: this.#models.redactor }),
        ...(hosted === undefined ? {} : { hosted }),
      }),
      plugins(...this.#plugins.trusted),
      ...(this.#options.modules ?? []),
    )
    const bosun = container.get(Bosun)
    const world = { bosun, close: () => bosun.close() }
    this.#worlds.push(world)
    return world
  }
}

/** Managers that a config can name without a plugin. */
const BUILT_IN_MANAGERS: readonly AnyManager[] = [fanOut({ name: 'fanOut', plan: true })]

function named<T extends { readonly name: string }>(
  kind: 'manager' | 'planner',
  loaded: LoadedConfig,
  wanted: string | T,
  known: readonly T[],
): T {
  if (typeof wanted !== 'string') return wanted
  const found = known.find((one) => one.name === wanted)
  if (found !== undefined) return found
  const names = known.map((one) => one.name).join(', ') || 'none that a plugin brings'
  throw new BosunError('CONFIG_INVALID', {
    at: `${loaded.file} ${kind}`,
    expected: `one of ${names}`,
    received: `"${wanted}"`,
  })
}
