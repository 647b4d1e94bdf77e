import { Command } from 'commander'
import { paintOf, withExample, type Cli } from '../cli.ts'
import { factsOf } from '../follow-facts.ts'
import { pathText } from '../path-flag.ts'
import { withProjectOptions, type ProjectOptions } from '../project-command.ts'
import { startingNotice } from '../render/starting-notice.ts'
import { placesOf } from './run.ts'

/** `bosun resume RUN [folder]`: goes on with a run that was paused or whose process died. */
export function resumeCommand(cli: Cli): Command {
  const command = new Command('resume')
    .summary('go on with a paused or orphaned run')
    .description('Goes on with a run that was paused, or whose process died. What is finished is not done again.')
  command
    .argument('<run>', 'id of the run, the beginning of it, or "last"')
    .argument('[folder]', 'project folder', pathText, '.')
  withExample(withProjectOptions(command), 'bosun resume last')
  return command.action(async (named: string, folder: string, options: ProjectOptions) => {
    const { withRun } = await import('../with-state.ts')
    const { withProject } = await import('../with-project.ts')
    const { showRun } = await import('../show-run.ts')
    const isReady = options.json === true ? () => undefined : startingNotice('resuming …', cli.terminal, paintOf(cli))
    await withProject(cli, folder, options, async (project, locate) => {
      const { run, past } = await withRun(cli, { state: project.stateDir }, named, async (state, id) => ({
        run: id,
        past: await factsOf(state, id),
      }))
      const handle = await project.resume(run)
      isReady()
      const places = placesOf(cli, project.stateDir, folder, options)
      cli.exit(await showRun(cli, handle, { json: options.json === true, places, past, locate }))
    }).finally(isReady)
  })
}
