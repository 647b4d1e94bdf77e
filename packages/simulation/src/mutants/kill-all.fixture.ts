import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { KillOrder, KillReport } from './kill-child.fixture.ts'
import type { Kill } from './kill.fixture.ts'
import type { Mutant } from './mutant.fixture.ts'

const CHILD = fileURLToPath(new URL('kill-child.fixture.ts', import.meta.url))
const PROCESSES = 2
/** A mutant that takes longer hangs: its process is killed, and it counts as an error. */
const HANGS_AFTER_MS = 600_000

/**
 * Kills mutants in processes of their own, two at a time; in the order of the list, whoever was first.
 *
 * @param options.schedulesMax schedules to try on each. Default 50,000
 *
 * @throws when a mutant does not fit the sources, or hangs
 */
export async function killAll(
  mutants: readonly Mutant[],
  options: { readonly schedulesMax?: number } = {},
): Promise<readonly Kill[]> {
  const kills = new Map<string, Kill>()
  const waiting = [...mutants]
  const work = async (): Promise<void> => {
    const child = fork(CHILD, { execArgv: ['--conditions=@bosun/source', '--disable-warning=ExperimentalWarning'] })
    try {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        kills.set(mutant.name, await ask(child, { ...options, mutant }))
      }
    } finally {
      child.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: PROCESSES }, work))
  return mutants.map(({ name }) => kills.get(name) as Kill)
}

function ask(child: ChildProcess, order: KillOrder): Promise<Kill> {
  const { name } = order.mutant
  const { promise, resolve, reject } = Promise.withResolvers<Kill>()
  const answered = (report: KillReport) =>
    'kill' in report ? resolve(report.kill) : reject(new Error(`mutant ${name}: ${report.error}`))
  const died = () => reject(new Error(`mutant ${name}: its process ended`))
  const timer = setTimeout(() => reject(new Error(`mutant ${name} hangs`)), HANGS_AFTER_MS)
  child.once('message', answered)
  child.once('exit', died)
  child.send(order)
  return promise.finally(() => {
    clearTimeout(timer)
    child.off('message', answered)
    child.off('exit', died)
  })
}
