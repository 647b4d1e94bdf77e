import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** What tells a process from a later one with the same number. Empty where the system does not say. */
export interface ProcessIdentity {
  readonly pid: number
  readonly bootId: string
  readonly startTime: string
}

/** The id of this boot of the machine. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** Who a living process is. */
export function identifyProcess(pid: number): ProcessIdentity {
  try {
    return { pid, bootId: bootId(), startTime: parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.startTime ?? '' }
  } catch {
    return { pid, bootId: bootId(), startTime: '' }
  }
}

/** Whether the very process that was recorded is still there, a zombie not counted. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  // Without both marks nobody can tell; then the number is left alone.
  if (identity.bootId === '' || identity.startTime === '' || identity.bootId !== bootId()) return false
  try {
    const stat = parseStat(await readFile(`/proc/${identity.pid}/stat`, 'utf8'))
    return stat !== undefined && stat.startTime === identity.startTime && stat.state !== 'Z' && stat.state !== 'X'
  } catch {
    return false
  }
}

/** Fields of `/proc/<pid>/stat`; the name in it may hold spaces and brackets, so it is read from behind. */
function parseStat(text: string): { state: string; startTime: string } | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, startTime] = [fields[0], fields[19]]
  return state === undefined || startTime === undefined ? undefined : { state, startTime }
}
