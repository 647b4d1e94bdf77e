import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A child process of a spec, by what it says on stdout. */
export interface Child {
  readonly process: ChildProcess
  /** Resolves at the `nth` line (1 is the first) that begins with a word; rejects when the child ends before. */
  heard(word: string, nth?: number): Promise<void>
  /** The first line. */
  heardAny(): Promise<string | undefined>
  /** Every line up to the end of the process. */
  ended(): Promise<readonly string[]>
}

/** Starts a fixture beside this file. `limit` is the largest file it may write, in KiB. */
export function startChild(fixture: string, args: readonly string[], limit?: number): Child {
  const file = fileURLToPath(new URL(fixture, import.meta.url))
  const command = [process.execPath, '--conditions=@bosun/source', file, ...args]
  const child =
    limit === undefined
      ? spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
      : spawn('bash', ['-c', `ulimit -f ${limit}; exec "$@"`, 'bash', ...command], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
  const lines: string[] = []
  const waiting: { readonly word: string; left: number; readonly resolve: () => void }[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    lines.push(line)
    for (const waiter of waiting) if (line.startsWith(waiter.word) && --waiter.left === 0) waiter.resolve()
  })
  const end = Promise.all([once(reader, 'close'), once(child, 'exit')])
  const heard = async (word: string, nth = 1): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<true>()
    const left = nth - lines.filter((line) => line.startsWith(word)).length
    if (left <= 0) resolve(true)
    else waiting.push({ word, left, resolve: () => resolve(true) })
    if ((await Promise.race([promise, end])) !== true) throw new Error(`The child ended after: ${lines.join(' | ')}`)
  }
  return {
    process: child,
    heard,
    async heardAny() {
      await heard('')
      return lines[0]
    },
    async ended() {
      await end
      return lines
    },
  }
}

/** The highest number that was acknowledged, 0 if none was. */
export function lastAcked(lines: readonly string[]): number {
  return Math.max(0, ...lines.filter((line) => line.startsWith('acked ')).map((line) => Number(line.slice(6))))
}
