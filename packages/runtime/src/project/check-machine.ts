import { statfsSync, statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import process from 'node:process'
import { BosunError, type RunConfig } from '@bosun/core'
import { NODE_REFUSES_NETWORK } from '../hosts/host-flags.ts'
import { machineSandbox, type SandboxLack, type SandboxProbe } from '../hosts/probe-sandbox.ts'
import { grownLogs, type GrownLog } from '../journal/grown-logs.ts'
import { sqliteVersion, whyUnsafeSqlite } from '../journal/safe-sqlite.ts'
import { assertStateFolder } from '../journal/state-folder.ts'
import { openState } from './open-state.ts'

/** One line of what a machine has or lacks. */
export interface MachineCheck {
  readonly name: string
  /** `missing`: runs work, with less than could be; `broken`: runs cannot work. */
  readonly state: 'ok' | 'missing' | 'broken'
  readonly detail: string
  readonly fix?: string
}

/** Oldest Node that has all that runs need. */
const NODE_MAJOR_MIN = 24
/** Below this the disk of the state folder is called full. */
const FREE_BYTES_MIN = 64 * 1024 * 1024

/**
 * What of this machine matters to Bosun: its Node, its SQLite, what workers are contained by and what
 * nothing contains, its size. Starts short processes to try what is there instead of believing it.
 *
 * @param requires what the config of a project says that hosts must be contained by
 * @param probe what the machine offers for isolation; for tests of machines that are not at hand
 */
export function checkMachine(
  requires: RunConfig['containment'] = 'permissions',
  probe: SandboxProbe = machineSandbox(),
): readonly MachineCheck[] {
  return [
    nodeCheck(process.version),
    sqliteCheck(sqliteVersion()),
    permissionCheck(),
    namespaceCheck(probe, requires),
    ...probe.open.map((sentence): MachineCheck => ({ name: 'not contained', state: 'missing', detail: sentence })),
    sizeCheck(),
  ]
}

/**
 * Whether the state folder of a project can hold its runs: apart from what workers read, ours alone,
 * on a disk with room, with journals that can be read. A folder that is not there yet is fine; it is
 * not made.
 *
 * @param roots folders that workers read: the state must not lie in one, nor around one
 */
export async function checkStateFolder(stateDir: string, roots: readonly string[]): Promise<MachineCheck> {
  const check = (state: MachineCheck['state'], detail: string, fix?: string): MachineCheck => ({
    name: 'state folder',
    state,
    detail: `${stateDir}: ${detail}`,
    ...(fix === undefined ? {} : { fix }),
  })
  try {
    assertStateFolder(stateDir, roots)
    const stat = statSync(stateDir, { throwIfNoEntry: false })
    if (stat === undefined) return check('ok', 'made by the first run')
    if (!stat.isDirectory()) return check('broken', 'a file', 'Choose another folder, or move the file away.')
    const { bavail, bsize } = statfsSync(stateDir)
    if (bavail * bsize < FREE_BYTES_MIN) {
      return check('broken', `${size(bavail * bsize)} left on its disk`, 'Free some space.')
    }
    const state = await openState(stateDir)
    const runs = await state.runs().finally(() => state.close())
    const damaged = runs.filter((run) => run.state === 'damaged').map(({ run }) => run)
    const [grown] = grownLogs(stateDir).toSorted((a, b) => b.bytes - a.bytes)
    const held = `${runs.length} run${runs.length === 1 ? '' : 's'}, ${size(bavail * bsize)} left on its disk`
    if (damaged.length === 0)
      return grown === undefined ? check('ok', held) : check('missing', ...grownLog(held, grown))
    return check(
      'missing',
      `${held}; the journal of ${damaged.join(', ')} cannot be read`,
      'Restore the file from a copy, or move it away.',
    )
  } catch (error) {
    if (!BosunError.is(error)) throw error
    return { name: 'state folder', state: 'broken', detail: error.message }
  }
}

// ---------------------------------------------------------------------------------------------

/** Size, time and place of a log that cannot be emptied, and what to do about it. */
function grownLog(held: string, { run, file, bytes, sinceMs }: GrownLog): [detail: string, fix: string] {
  const since = new Date(sinceMs).toISOString().slice(0, 19)
  return [
    `${held}; the write-ahead log of ${run} has grown to ${size(bytes)}: since ${since}Z somebody has been reading it in one transaction`,
    `Find who has it open (lsof ${file}) and let it end; the next write then empties the log.`,
  ]
}

function nodeCheck(version: string): MachineCheck {
  const detail = `${version} on ${process.platform} ${process.arch}`
  if (Number(/\d+/.exec(version)?.[0]) >= NODE_MAJOR_MIN) return { name: 'node', state: 'ok', detail }
  return { name: 'node', state: 'broken', detail, fix: `Install Node ${NODE_MAJOR_MIN} or newer.` }
}

function sqliteCheck(version: string): MachineCheck {
  const unsafe = whyUnsafeSqlite(version)
  if (unsafe === undefined) {
    return { name: 'sqlite', state: 'ok', detail: `${version}, a release without a known loss of commits` }
  }
  return {
    name: 'sqlite',
    state: 'broken',
    detail: `${version}: ${unsafe}`,
    fix: 'Use a Node release that carries a safe one.',
  }
}

/** Hosts run under the permission model; a Node without its flag would start them with all rights. */
function permissionCheck(): MachineCheck {
  if (!process.allowedNodeEnvironmentFlags.has('--permission')) {
    return { name: 'permissions', state: 'broken', detail: 'this Node has none', fix: 'Install a newer Node.' }
  }
  const network = NODE_REFUSES_NETWORK
  const refused = ['writes', 'processes', 'threads', 'addons', ...(network ? ['the network'] : [])]
  return {
    name: 'permissions',
    state: network ? 'ok' : 'missing',
    detail: `hosts read code alone; Node refuses them ${refused.slice(0, -1).join(', ')} and ${refused.at(-1)}`,
  }
}

/** Where the config requires namespaces, a machine without them cannot run it. */
function namespaceCheck({ bubblewrap, lack }: SandboxProbe, requires: RunConfig['containment']): MachineCheck {
  if (lack === undefined) {
    return {
      name: 'namespaces',
      state: 'ok',
      detail: `hosts have their own: processes, network, users and files, by ${bubblewrap}`,
    }
  }
  return {
    name: 'namespaces',
    state: requires === 'namespace' ? 'broken' : 'missing',
    detail: `hosts share those of this process: ${lack.detail}`,
    fix: NAMESPACE_FIXES[lack.kind],
  }
}

const INSTALL = 'Install bubblewrap 0.8 or newer.'
const NAMESPACE_FIXES: Readonly<Record<SandboxLack, string>> = {
  'bubblewrap missing': INSTALL,
  'bubblewrap too old': INSTALL,
  'bubblewrap not executable': 'Let the user that runs Bosun execute it.',
  'namespaces refused': 'Allow unprivileged user namespaces: user.max_user_namespaces, AppArmor, the container.',
  'bubblewrap fails': 'Run it by hand to see why: bwrap --unshare-all --ro-bind / / true',
}

function sizeCheck(): MachineCheck {
  const cores = availableParallelism()
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  return {
    name: 'machine',
    state: 'ok',
    detail: `${cores} core${cores === 1 ? '' : 's'}, ${size(memory)} memory, ${size(process.availableMemory())} free`,
  }
}

function size(bytes: number): string {
  const gigabytes = bytes / 2 ** 30
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GiB` : `${Math.round(bytes / 2 ** 20)} MiB`
}
