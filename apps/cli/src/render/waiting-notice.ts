import { say, type Cli } from '../cli.ts'
import type { OnWait } from '../engine.ts'
import type { ProjectOptions } from '../project-command.ts'
import { printable } from './printable.ts'
import { shellWord } from './shell-word.ts'

/**
 * Says beside the output that a run waits for its turn, and where it stands.
 *
 * @param before called first: takes away what was shown until then
 */
export function waitingNotice(
  cli: Cli,
  { state, project }: Pick<ProjectOptions, 'state'> & { readonly project: string },
  before: () => void,
): OnWait {
  const where = state === undefined ? (project === '.' ? [] : ['--project', project]) : ['--state', state]
  return ({ run, place, runsMax }) => {
    before()
    const cancel = ['bosun', 'cancel', printable(run), ...where].map(shellWord).join(' ')
    const told = `run ${printable(run)} waits for its turn: place ${place}, since ${runsMax} may go on at the same time`
    void say(cli, `${told} (runsMax). To give it up: ${cancel}`)
  }
}
