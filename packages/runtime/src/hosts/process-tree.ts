import { readdirSync, readFileSync } from 'node:fs'
import { bootId, isAlive, type ProcessIdentity } from './process-identity.ts'

/** A process as it was seen. */
export interface SeenProcess extends ProcessIdentity {
  /** What the system calls it; at most 15 characters. */
  readonly name: string
}

/** Where to begin to look. */
export interface TreeRoot extends ProcessIdentity {
  /** Its process group; what is in the group, or in the session of that number, belongs to it whatever its parent. */
  readonly group?: number
}

/**
 * What lives below some processes, themselves excluded unless they name a group: children of children,
 * and all of their groups and sessions. `undefined` where the system does not tell (only Linux does).
 */
export function processesBelow(roots: readonly TreeRoot[]): readonly SeenProcess[] | undefined {
  const all = allProcesses()
  if (all === undefined) return undefined
  const boot = bootId()
  const living = roots.filter((root) => root.bootId === boot && all.get(root.pid)?.startTime === root.startTime)
  const groups = new Set(living.flatMap(({ group = 0 }) => (group > 1 ? [group] : [])))
  const below = new Set(living.map(({ pid }) => pid))
  const found = new Map<number, Entry>()
  // A child may have a lower number than its parent, so this goes on until nothing new is found.
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const entry of all.values()) {
      const isOfGroup = groups.has(entry.group) || groups.has(entry.session)
      if (!isOfGroup && !below.has(entry.parent)) continue
      below.add(entry.pid)
      found.set(entry.pid, entry)
    }
  }
  return Array.from(found.values(), ({ pid, name, startTime }) => ({ pid, name, startTime, bootId: boot }))
}

/** Those that are still there. */
export async function aliveOf<P extends ProcessIdentity>(processes: readonly P[]): Promise<readonly P[]> {
  const alive = await Promise.all(processes.map(isAlive))
  return processes.filter((_, index) => alive[index])
}

// ---------------------------------------------------------------------------------------------

interface Entry {
  readonly pid: number
  readonly name: string
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly startTime: string
}

function allProcesses(): ReadonlyMap<number, Entry> | undefined {
  if (process.platform !== 'linux') return undefined
  const entries = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (entryOf(Number(name)) ?? []) : []))
  return new Map(entries.map((entry) => [entry.pid, entry]))
}

/** The name may hold blanks and brackets, so the fields after it are counted from its last bracket. */
function entryOf(pid: number): Entry | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = text.lastIndexOf(')')
    const fields = text.slice(end + 2).split(' ')
    const [state, parent, group, session] = fields
    if (state === 'Z' || state === 'X') return undefined
    return {
      pid,
      name: text.slice(text.indexOf('(') + 1, end),
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      startTime: fields[19] ?? '',
    }
  } catch {
    // Gone between the list and the look.
    return undefined
  }
}
