import { readlinkSync } from 'node:fs'

/**
 * The path under which the kernel shows an open descriptor. On Linux a name appended to it is
 * looked up in the open folder itself, wherever that folder is now: what `openat` does in C, and
 * the reason why a swapped parent folder cannot redirect us.
 */
export function descriptorPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`
}

/** Whether this system has descriptor paths that can be trusted: they tell the path we know. */
export function hasDescriptorPaths(descriptor: number, realPath: string): boolean {
  try {
    return readlinkSync(descriptorPath(descriptor)) === realPath
  } catch {
    return false
  }
}

/** Whether what a descriptor holds lies, now, inside the folder that another descriptor holds. */
export function liesInside(rootDescriptor: number, descriptor: number): boolean {
  const root = readBytes(rootDescriptor)
  const path = readBytes(descriptor)
  // Compared by whole segments: `/root-twin/x` does not lie in `/root`.
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`)
}

// Private

/** Latin-1 keeps every byte apart, so names that are not UTF-8 cannot be confused. */
function readBytes(descriptor: number): string {
  return readlinkSync(descriptorPath(descriptor), 'latin1')
}
