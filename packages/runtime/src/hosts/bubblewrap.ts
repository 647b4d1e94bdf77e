import { lstatSync, readlinkSync } from 'node:fs'

/** Where the libraries lie that Node is linked with, and the list by which they are found. */
const LIBRARIES = ['/usr/lib', '/usr/lib32', '/usr/lib64', '/lib', '/lib64', '/etc/ld.so.cache', '/nix/store']

const NAMESPACES = ['user', 'pid', 'net', 'ipc', 'uts', 'cgroup-try'].map((name) => `--unshare-${name}`)
const RIGHTS = '--disable-userns --cap-drop ALL --uid 65534 --gid 65534 --hostname bosun --die-with-parent'.split(' ')
/** An empty /tmp besides /proc and /dev: programs expect the folder. */
const PLACES = '--dir /tmp --proc /proc --dev /dev --remount-ro /dev'.split(' ')
const CLOSED = '--remount-ro / --chdir / --'.split(' ')

/**
 * What bubblewrap is started with, up to the command that it runs: a machine of its own for one host.
 *
 * Own users, processes, network, messages and names; a file system that is empty but for the system's
 * libraries, this very Node and what is to be read, all of it read-only, so that nothing can be filled
 * either. The host has no capability, can gain none, can make no namespace inside, and ends with the
 * process that started it. Its standard streams and its channel stay what they are.
 *
 * @param readable what the host may read, as `readablePaths` says it
 */
export function bubblewrapArguments(readable: readonly string[]): string[] {
  const bound = [process.execPath, ...readable.map((path) => path.replace(/\/\*$/, ''))]
  return [
    ...NAMESPACES,
    ...RIGHTS,
    ...LIBRARIES.flatMap(sameThere),
    ...PLACES,
    ...bound.flatMap((path) => ['--ro-bind', path, path]),
    ...CLOSED,
  ]
}

// ---------------------------------------------------------------------------------------------

/** On most systems `/lib` is a link into `/usr`, on some a folder; inside it is what it is outside. */
function sameThere(path: string): string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return []
  return stats.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
}
