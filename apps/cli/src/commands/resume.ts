import { Command } from 'commander'
import { BY, userName, withReason } from '../act-command.ts'
import { paintOf, print, printJson, withExample, type Cli } from '../cli.ts'
import type { State } from '../engine.ts'
import { factsOf } from '../follow-facts.ts'
import { pathText } from '../path-flag.ts'
import { withProjectOptions, type ProjectOptions } from '../project-command.ts'
import { printable } from '../render/printable.ts'
import { waitingNotice } from '../render/waiting-notice.ts'
import { startingNotice } from '../render/starting-notice.ts'
import { placesOf } from './run.ts'

interface ResumeOptions extends ProjectOptions {
  readonly by?: string
  readonly reason: string
  readonly takeOver?: boolean
}

/** `bosun resume RUN [folder]`: goes on with a run that was paused or whose process died. */
export function resumeCommand(cli: Cli): Command {
  const command = new Command('resume')
    .summary('go on with a paused or orphaned run')
    .description(
      'Goes on with a run that was paused, or whose process died. What is finished is not done again. A paused run\n' +
        'whose process is still there goes on in that process.',
    )
  command
    .argument('<run>', 'id of the run, the beginning of it, or "last"')
    .argument('[folder]', 'project folder', pathText, '.')
    .option(...BY)
    .option('--take-over', 'take the run from a process that is there but hangs; nothing it writes later is taken')
  withExample(
    withProjectOptions(withReason(command, 'resumed by hand')),
    'bosun resume last',
    'bosun resume last --reason "there is quota again"',
  )
  return command.action(async (named: string, folder: string, options: ResumeOptions) => {
    const { findRun } = await import('../find-run.ts')
    const { withState } = await import('../with-state.ts')
    const { withProject } = await import('../with-project.ts')
    const { showRun } = await import('../show-run.ts')
    const isReady = options.json === true ? () => undefined : startingNotice('resuming …', cli.terminal, paintOf(cli))
    await withProject(cli, folder, options, async (project, locate) => {
      const found = await withState(cli, { state: project.stateDir, project: project.folder }, async (state) => {
        const { run, owner, state: is } = findRun(await state.runs(), named)
        const mayGoOn = is === 'paused' && owner !== undefined && options.takeOver !== true
        const goesOnIn = mayGoOn ? await letGoOn(state, run, options) : undefined
        return { run, goesOnIn, past: goesOnIn === undefined ? await factsOf(state, run) : [] }
      })
      const { run, goesOnIn, past } = found
      if (goesOnIn !== undefined) {
        isReady()
        if (options.json === true) await printJson(cli, { run, command: 'resume', changed: true, managedBy: goesOnIn })
        else await print(cli, [`run ${printable(run)} goes on in process ${goesOnIn}`])
        return
      }
      const handle = await project.resume(run, {
        by: userName(options),
        reason: options.reason,
        takeOver: options.takeOver === true,
        onWait: waitingNotice(cli, { ...options, project: folder }, isReady),
      })
      isReady()
      const places = placesOf(cli, project.stateDir, folder, options)
      cli.exit(await showRun(cli, handle, { json: options.json === true, places, past, locate }))
    }).finally(isReady)
  })
}

// ---------------------------------------------------------------------------------------------

/** Asks the process of a paused run to go on; `undefined` when there is none. */
async function letGoOn(state: State, run: string, options: ResumeOptions): Promise<number | undefined> {
  const { facts, managedBy } = await state.submit(
    run,
    { kind: 'resume', body: { reason: options.reason } },
    userName(options),
  )
  return facts.length === 0 ? undefined : managedBy
}
