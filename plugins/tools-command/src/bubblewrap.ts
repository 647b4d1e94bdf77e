import { execFile } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isInside } from './find-program.ts'

/** Where a program works, as a sandbox has to know it. */
export interface Workplace {
  readonly workspace: string
  readonly staging: string
  /** The folder of this call alone. */
  readonly home: string
  readonly cwd: string
  /** Folders in which programs are looked up. */
  readonly searchPath: readonly string[]
  /** The program: the path it is run by, and the file behind it. */
  readonly program: { readonly path: string; readonly file: string }
}

/** Puts a sandbox around an argument vector. */
export type Wrap = (argv: readonly string[], place: Workplace) => readonly string[]

export interface SandboxReach {
  readonly network: boolean
  /** Folders that may be read besides those of the system. */
  readonly readable: readonly string[]
}

const BINARIES = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap']
/** What programs of the system are made of. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix']
/** Longest time of the probe. */
const PROBE_MS = 2_000

/**
 * Bubblewrap as a wrapper, where it is there and works: namespaces of its own for processes, network and
 * mounts; the system and the workspace, but for the state in it, to be read, staging and the home of the call to
 * be written, nothing else there. When its first process ends, the kernel ends all others, whatever group they
 * are in.
 */
export async function findBubblewrap(reach: SandboxReach): Promise<Wrap | undefined> {
  for (const binary of BINARIES) {
    // One after the other: the first that works is taken.
    // oxlint-disable-next-line no-await-in-loop
    if (await works([binary, ...flags(reach), '--', '/bin/true'])) {
      return (argv, place) => [binary, ...flags(reach), ...folders(reach, place), '--', ...argv]
    }
  }
  return undefined
}

async function works([binary = '', ...args]: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(binary, args, { timeout: PROBE_MS, env: {} })
    return true
  } catch {
    return false
  }
}

function flags({ network }: SandboxReach): readonly string[] {
  const namespaces = ['--unshare-all', ...(network ? ['--share-net'] : []), '--die-with-parent', '--cap-drop', 'ALL']
  const system = SYSTEM.flatMap((path) => ['--ro-bind-try', path, path])
  return [...namespaces, ...system, '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp']
}

/** The last one wins where one holds another, so what may be written comes after what may be read. */
function folders({ readable }: SandboxReach, place: Workplace): readonly string[] {
  const folders = [...readable, ...place.searchPath, place.workspace]
  const isSeen = (path: string) => [...SYSTEM, ...folders].some((folder) => isInside(path, folder))
  // Of a program from elsewhere no more than its file: what lies beside it may be anything.
  const files = [place.program.path, place.program.file].filter((path) => !isSeen(path))
  const read = [...folders, ...files].flatMap((path) => ['--ro-bind-try', path, path])
  const write = [place.staging, place.home].flatMap((path) => ['--bind', path, path])
  return [...read, ...withoutState(place.workspace), ...write, '--chdir', place.cwd]
}

/** Journals and what others have staged are nothing to read; the repositories that worktrees belong to are. */
function withoutState(workspace: string): readonly string[] {
  const state = join(workspace, '.bosun')
  if (lstatSync(state, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  const repositories = join(state, 'git')
  return ['--tmpfs', state, '--ro-bind-try', repositories, repositories]
}
