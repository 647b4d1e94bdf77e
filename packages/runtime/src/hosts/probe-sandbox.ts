import { spawnSync } from 'node:child_process'
import { hostContainment } from './host-flags.ts'

/** Longest time of one probe. */
const PROBE_MS = 2_000

/** What this machine can keep a host from, each with the reason when it cannot. */
export interface SandboxProbe {
  /** Files, processes, threads, addons; always there. */
  readonly permissions: true
  /** Whether Node refuses the network. */
  readonly network: boolean
  /** Whether an unprivileged process may make namespaces of its own. */
  readonly userNamespaces: boolean
  /** Path of bubblewrap, when it is there and works. */
  readonly bubblewrap: string | undefined
  /** What hosts are started with now, as `host.started` records it. */
  readonly sandbox: string
  /** What is not contained, one sentence each, for people. */
  readonly open: readonly string[]
}

/** How a probe asks the machine; for tests of machines that are not at hand. */
export type RunProbe = (command: string, args: readonly string[]) => { readonly ok: boolean }

/** Looks what the machine offers. Starts two short processes. */
export function probeSandbox(run: RunProbe = runProbe): SandboxProbe {
  const { sandbox, network } = hostContainment()
  const userNamespaces = run('unshare', ['--user', '--pid', '--fork', 'true']).ok
  const works = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap'].find(
    (path) => run(path, ['--ro-bind', '/', '/', '--unshare-pid', '--die-with-parent', 'true']).ok,
  )
  return {
    permissions: true,
    network,
    userNamespaces,
    bubblewrap: works,
    sandbox,
    open: [
      // Bubblewrap is found here and not used for hosts yet, so the sentence holds with it as well.
      'Signals: the code of a host that finds a way to send one reaches the processes of its user.',
      ...(network ? [] : ['Network: this Node does not refuse it; use Node 25 or newer.']),
      ...(userNamespaces ? [] : ['Namespaces: unprivileged ones are switched off on this machine.']),
      'Processor time: a host may use a whole core until its attempt ends.',
    ],
  }
}

function runProbe(command: string, args: readonly string[]): { ok: boolean } {
  const { status } = spawnSync(command, args, {
    stdio: 'ignore',
    timeout: PROBE_MS,
    env: { PATH: '/usr/bin:/bin:/usr/sbin' },
  })
  return { ok: status === 0 }
}
