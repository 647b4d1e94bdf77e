import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/**
 * Runs a module of ours in a process of its own and returns what its last line says, as JSON. Lines that are
 * numbers are progress. What is measured of a process is then of nothing else.
 */
export async function measuredIn<T>(url: URL, args: readonly string[], tell: (done: number) => void): Promise<T> {
  const flags = ['--conditions=@bosun/source', '--expose-gc', '--no-warnings']
  const child = spawn(process.execPath, [...flags, url.pathname, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = ''
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    if (/^\d+$/.test(line)) tell(Number(line))
    else last = line
  })
  const [[code]] = await Promise.all([once(child, 'exit') as Promise<[number | null]>, once(lines, 'close')])
  if (code !== 0) throw new Error(`${url.pathname} ended with ${code}: ${last}`)
  return JSON.parse(last) as T
}
