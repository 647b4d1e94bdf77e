import { closeSync, constants, openSync, realpathSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { hasDescriptorPaths } from './descriptor-path.ts'
import { DirectoryHandle, type Anchor } from './directory-handle.ts'
import { FileError } from './file-error.ts'

export interface RootFolderOptions {
  /** How messages call it. @defaultValue "." */
  readonly place?: string
  /** False forces the weaker way for systems without `/proc`. @defaultValue what the system has */
  readonly descriptorPaths?: boolean
  /** For tests of races: called each time a name is about to be used. */
  readonly onWalk?: (place: string) => void
}

/**
 * A folder that its owner trusts and that every walk starts from.
 *
 * Its own path may contain links, since the operator gave it; nothing below it may. It is held
 * open until disposed, so replacing the folder at that path later redirects nothing.
 */
export class RootFolder implements Disposable {
  readonly realPath: string
  readonly #anchor: Anchor
  #isOpen = true

  private constructor(anchor: Anchor) {
    this.#anchor = anchor
    this.realPath = anchor.realPath
  }

  /** @throws FileError FILE_ROOT_INVALID */
  static open(path: string, options: RootFolderOptions = {}): RootFolder {
    if (!isAbsolute(path)) throw invalid(path, 'The path of a root must be absolute.')
    const { realPath, descriptor } = openReal(path)
    return new RootFolder({
      descriptor,
      realPath,
      place: options.place ?? '.',
      descriptorPaths: options.descriptorPaths ?? hasDescriptorPaths(descriptor, realPath),
      onWalk: options.onWalk,
    })
  }

  /** A new handle of the folder itself; the caller disposes it. */
  openHandle(): DirectoryHandle {
    if (!this.#isOpen) throw invalid(this.realPath, 'This root has been closed.')
    return DirectoryHandle.ofRoot(this.#anchor)
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.#anchor.descriptor)
  }
}

// Private

function openReal(path: string): { realPath: string; descriptor: number } {
  try {
    const realPath = realpathSync.native(path)
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
    return { realPath, descriptor: openSync(realPath, flags) }
  } catch (error) {
    throw invalid(path, 'The folder cannot be opened.', error)
  }
}

function invalid(at: string, summary: string, cause?: unknown): FileError {
  return new FileError('FILE_ROOT_INVALID', { at, summary, cause })
}
