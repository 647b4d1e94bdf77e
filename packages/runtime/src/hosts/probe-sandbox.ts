import { spawnSync } from 'node:child_process'
import { bubblewrapArguments } from './bubblewrap.ts'
import { NODE_REFUSES_NETWORK } from './host-flags.ts'

/** Longest time of one probe. */
const PROBE_MS = 5_000
/** Known places alone: a search through PATH might find what somebody else has put there. */
const BUBBLEWRAP_PATHS = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap']
const PRLIMIT_PATHS = ['/usr/bin/prlimit', '/bin/prlimit']
const SETPRIV_PATHS = ['/usr/bin/setpriv', '/bin/setpriv']
const REASON_LENGTH_MAX = 200

/** Why hosts get no namespaces of their own. */
export type SandboxLack =
  | 'bubblewrap missing'
  | 'bubblewrap too old'
  | 'bubblewrap not executable'
  | 'namespaces refused'
  | 'bubblewrap fails'

/** What hosts are contained by on a machine, and what nothing contains there. */
export interface SandboxProbe {
  /** Path of bubblewrap, when it is there and works. */
  readonly bubblewrap: string | undefined
  /** Why hosts run without it, with its own words. */
  readonly lack: { readonly kind: SandboxLack; readonly detail: string } | undefined
  /** Path of prlimit, which bounds the memory of a host beyond its heap, when it is there. */
  readonly prlimit: string | undefined
  /** Path of setpriv, by which a host ends with this process where bubblewrap does not see to it. */
  readonly setpriv: string | undefined
  /** What hosts are started with, as `host.started` records it. */
  readonly sandbox: string
  /** What is not contained, one sentence each, for people. */
  readonly open: readonly string[]
}

/** How a command ended. */
export interface ProbeAnswer {
  readonly status: number | null
  /** Code of the system error, when there was no process at all. */
  readonly error?: string | undefined
  readonly errorOutput?: string
}

/** How a probe asks the machine; for tests of machines that are not at hand. */
export type RunProbe = (command: string, args: readonly string[]) => ProbeAnswer

let machine: SandboxProbe | undefined

/** What this machine contains hosts by. Asked once per process, and not before a host or `doctor` needs it. */
export function machineSandbox(): SandboxProbe {
  machine ??= probeSandbox()
  return machine
}

/** Tries what the machine offers instead of believing it: starts Node as hosts are started. About 30 ms. */
export function probeSandbox(run: RunProbe = runProbe, networkRefused = NODE_REFUSES_NETWORK): SandboxProbe {
  const prlimit = PRLIMIT_PATHS.find((path) => run(path, ['--version']).status === 0)
  const { bubblewrap, lack } = findBubblewrap(run)
  const setpriv =
    bubblewrap === undefined ? SETPRIV_PATHS.find((path) => run(path, ['--version']).status === 0) : undefined
  const walls = [...(bubblewrap === undefined ? [] : ['bubblewrap']), 'node-permission']
  if (prlimit !== undefined) walls.push('memory-limit')
  const lacks: string[] = []
  if (lack !== undefined) lacks.push(`no namespaces (${lack.detail})`)
  const isNetworkOpen = lack !== undefined && !networkRefused
  if (isNetworkOpen) lacks.push('network open')
  return {
    bubblewrap,
    lack,
    prlimit,
    setpriv,
    sandbox: [walls.join(', '), ...lacks].join('; '),
    open: [
      ...(lack === undefined
        ? []
        : ['Signals: the code of a host that finds a way to send one reaches the processes of its user.']),
      ...(isNetworkOpen ? ['Network: this Node does not refuse it; install bubblewrap or use Node 25 or newer.'] : []),
      ...(lack === undefined || setpriv !== undefined
        ? []
        : ['Orphans: a host whose code never pauses outlives a Bosun that is killed, until the run is taken up.']),
      ...(prlimit === undefined ? ['Memory: only the heap of a host is bounded; install prlimit (util-linux).'] : []),
      'Processor time: a host may use a whole core until its attempt ends.',
    ],
  }
}

// ---------------------------------------------------------------------------------------------

function findBubblewrap(run: RunProbe): Pick<SandboxProbe, 'bubblewrap' | 'lack'> {
  for (const path of BUBBLEWRAP_PATHS) {
    const answer = run(path, [...bubblewrapArguments([]), process.execPath, '--version'])
    if (answer.status === 0) return { bubblewrap: path, lack: undefined }
    if (answer.error !== 'ENOENT') return { bubblewrap: undefined, lack: lackOf(path, answer) }
  }
  return { bubblewrap: undefined, lack: { kind: 'bubblewrap missing', detail: 'bubblewrap is not installed' } }
}

function lackOf(path: string, { status, error, errorOutput = '' }: ProbeAnswer): NonNullable<SandboxProbe['lack']> {
  // It becomes part of facts and of what terminals show.
  const words = errorOutput.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()
  const said = (words || (error ?? `exit code ${status}`)).slice(0, REASON_LENGTH_MAX)
  if (error === 'EACCES') return { kind: 'bubblewrap not executable', detail: `${path} cannot be executed` }
  if (/unknown option/i.test(words)) return { kind: 'bubblewrap too old', detail: `${path} is too old: ${said}` }
  if (/namespace|uid map|not permitted|permission denied/i.test(words)) {
    return { kind: 'namespaces refused', detail: `namespaces are refused here: ${said}` }
  }
  return { kind: 'bubblewrap fails', detail: `${path} fails: ${said}` }
}

function runProbe(command: string, args: readonly string[]): ProbeAnswer {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: PROBE_MS,
    maxBuffer: 64 * 1024,
    cwd: '/',
    env: {},
  })
  return { status, error: (error as NodeJS.ErrnoException | undefined)?.code, errorOutput: stderr ?? '' }
}
