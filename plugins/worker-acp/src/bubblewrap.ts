import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { AcpOptions } from './acp-options.ts'

/** Where an agent works, as a sandbox has to know it. */
export interface Workplace {
  readonly workspace: string
  readonly staging: string
  /** The folder of this session alone. */
  readonly home: string
}

/** Puts a sandbox around an argument vector. */
export type Wrap = (argv: readonly string[], place: Workplace) => readonly string[]

const BINARIES = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap']
/** What programs of the system are made of, and how they find others in the network. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix']
const RESOLVER = '/run/systemd/resolve'
/** Longest time of the probe. */
const PROBE_MS = 2_000

/**
 * Bubblewrap as a wrapper, where it is there and works. The agent may read the system, the workspace and the
 * staging, and write its home alone: whatever it changes in files goes through its requests, which are judged.
 */
export async function findBubblewrap(options: AcpOptions): Promise<Wrap | undefined> {
  const flags = flagsOf(options)
  for (const binary of BINARIES) {
    // One after the other: the first that works is taken.
    // oxlint-disable-next-line no-await-in-loop
    if (await works(binary, [...flags, '--', '/bin/true'])) {
      return (argv, { workspace, staging, home }) => {
        const read = [...options.readable, ...options.searchPath, workspace, staging].flatMap(readOnly)
        return [binary, ...flags, ...read, '--bind', home, home, '--chdir', staging, '--', ...argv]
      }
    }
  }
  return undefined
}

// Private

async function works(binary: string, args: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(binary, args, { timeout: PROBE_MS, env: {} })
    return true
  } catch {
    return false
  }
}

function flagsOf({ network }: AcpOptions): readonly string[] {
  const namespaces = ['--unshare-all', ...(network ? ['--share-net'] : []), '--die-with-parent', '--cap-drop', 'ALL']
  const system = [...SYSTEM, ...(network ? [RESOLVER] : [])].flatMap(readOnly)
  return [...namespaces, ...system, '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp']
}

function readOnly(path: string): readonly string[] {
  return ['--ro-bind-try', path, path]
}
