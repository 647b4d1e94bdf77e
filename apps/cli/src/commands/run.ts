import { Command } from 'commander'
import { join } from 'node:path'
import { paintOf, say, withExample, type Cli } from '../cli.ts'
import type { Project } from '../engine.ts'
import { pathText } from '../path-flag.ts'
import { readsPlanFile, shortPath, withProjectOptions, type ProjectOptions } from '../project-command.ts'
import { quoted } from '../render/printable.ts'
import type { ReportPlaces } from '../render/report.ts'
import { waitingNotice } from '../render/waiting-notice.ts'
import { startingNotice } from '../render/starting-notice.ts'

/** `bosun run [folder]`: starts a run and shows it until it ends. */
export function runCommand(cli: Cli): Command {
  const command = new Command('run')
    .summary('start a run and show it')
    .description('Starts a run and shows it until it ends.')
  command.argument('[folder]', 'project folder', pathText, '.')
  withExample(withProjectOptions(command), 'bosun run', 'bosun run examples/planet-site --concurrency 2')
  return command.action(async (folder: string, options: ProjectOptions) => {
    const { withProject } = await import('../with-project.ts')
    const { showRun } = await import('../show-run.ts')
    const isReady = options.json === true ? () => undefined : startingNotice('starting …', cli.terminal, paintOf(cli))
    await withProject(cli, folder, options, async (project, locate, frozen) => {
      // What is wrong with a plan that stands in a file is said before there is a run to keep.
      if (readsPlanFile(project, options)) {
        const { plan } = await project.planPreview(options.goal)
        if (frozen !== undefined && plan !== undefined) {
          const { assertFrozen } = await import('../assert-frozen.ts')
          assertFrozen(frozen, plan.hash, options.plan)
        }
        if (options.plan !== undefined && plan === undefined) await say(cli, notAskedFor(project, options.plan))
      }
      const onWait = waitingNotice(cli, { ...options, project: folder }, isReady)
      const handle = await project.start({ goal: options.goal, onWait })
      isReady()
      cli.exit(
        await showRun(cli, handle, {
          json: options.json === true,
          places: placesOf(cli, project.stateDir, folder, options),
          locate,
        }),
      )
    }).finally(isReady)
  })
}

function notAskedFor({ manager }: Project, file: string): string {
  return `Note: the manager ${quoted(manager)} makes its first tasks itself. ${quoted(file)} is used if it asks for a plan later.`
}

/** Where the run of a project is found again. */
export function placesOf(cli: Cli, stateDir: string, folder: string, { state }: ProjectOptions): ReportPlaces {
  const stateFlag = state !== undefined ? ['--state', state] : folder === '.' ? [] : ['--project', folder]
  return {
    stateDir: shortPath(cli, stateDir),
    stateFlag,
    fileOf: (workspace, path) => shortPath(cli, join(workspace, path)),
  }
}
