/**
 * An open folder, and the only place of this package that turns a name into a path for the
 * operating system.
 *
 * Theory of operation. A path is walked one folder at a time, each opened with "follow no link"
 * from the descriptor of the one before. What is open stays what it is, whatever is renamed or
 * swapped beside it, so there is no moment between a check and a use. After the walk the kernel is
 * asked where the descriptor lies, as a second proof.
 *
 * Two ways to address a name in an open folder:
 * - `/proc/self/fd/<descriptor>/<name>` where the system has it (Linux): free of races.
 * - the folder's path, where it has not: the chain of folders is compared by device and inode
 *   after every step. A process that swaps folders at the right moments can then still make us
 *   create an empty file or folder elsewhere; content is only ever read from or written to a
 *   descriptor that was found inside.
 *
 * What it does not do: a file system mounted inside a root counts as part of it, and whoever may
 * move a folder out of a root at the very moment of the last rename could have written there himself.
 *
 * Rules: one name at a time (never `.`, `..` or a `/`); calls are synchronous, because a look-up
 * takes microseconds and because the descriptor cannot be closed under a synchronous call.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  renameSync,
  unlinkSync,
  type Dir,
  type Stats,
} from 'node:fs'
import { promisify } from 'node:util'
import { descriptorPath, liesInside } from './descriptor-path.ts'
import { FileError } from './file-error.ts'
import { chainHolds, folderLink, isSame, type FolderLink } from './folder-chain.ts'
import { fromSystemError, systemErrorCode, translated } from './from-system-error.ts'

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const syncDescriptor = promisify(fsync)

/** The trusted folder that a walk starts from; shared by all handles below it. */
export interface Anchor {
  readonly descriptor: number
  readonly realPath: string
  /** How messages call it: the name of a mount, or `.`. */
  readonly place: string
  readonly descriptorPaths: boolean
  /** For tests of races: called each time a name is about to be used. */
  readonly onWalk: ((place: string) => void) | undefined
}

/** A name in a folder: undefined where it is not valid text, with what was seen of it. */
export interface FolderName {
  readonly name: string
  readonly isText: boolean
}

export class DirectoryHandle implements Disposable {
  readonly place: string
  readonly #anchor: Anchor
  readonly #path: string
  /** From the root to this folder; empty where descriptor paths make it needless. */
  readonly #chain: readonly FolderLink[]
  /** Undefined once disposed: a closed number may soon belong to another folder. */
  #descriptor: number | undefined

  private constructor(
    anchor: Anchor,
    place: string,
    opened: { path: string; descriptor: number; above: readonly FolderLink[] },
  ) {
    this.#anchor = anchor
    this.place = place
    this.#path = opened.path
    this.#descriptor = opened.descriptor
    this.#chain = anchor.descriptorPaths
      ? []
      : [...opened.above, folderLink(opened.path, fstatSync(opened.descriptor, { bigint: true }))]
  }

  /** A handle of its own for the root, so that closing the root closes nothing that is in use. */
  static ofRoot(anchor: Anchor): DirectoryHandle {
    const source = anchor.descriptorPaths ? `${descriptorPath(anchor.descriptor)}/.` : anchor.realPath
    return translated(anchor.place, () => {
      const descriptor = openSync(source, FOLDER_FLAGS)
      const handle = adopt(descriptor, () => {
        const opened = { path: anchor.realPath, descriptor, above: [] }
        return new DirectoryHandle(anchor, anchor.place, opened)
      })
      handle.#verifyRoot()
      return handle
    })
  }

  /** Opens a folder in this one. @throws FileError FILE_NOT_FOUND, FILE_IS_LINK, FILE_NOT_FOLDER */
  openFolder(name: string): DirectoryHandle {
    const place = this.placeOf(name)
    const descriptor = this.#openFolderDescriptor(name, place)
    return adopt(descriptor, () => {
      const opened = { path: `${this.#path}/${name}`, descriptor, above: this.#chain }
      const handle = new DirectoryHandle(this.#anchor, place, opened)
      if (!this.#anchor.descriptorPaths) handle.verify()
      return handle
    })
  }

  /** Opens a folder in this one and makes it first where it is missing. */
  makeFolder(name: string): DirectoryHandle {
    const place = this.placeOf(name)
    try {
      mkdirSync(this.address(name))
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw fromSystemError(error, place)
    }
    return this.openFolder(name)
  }

  /** Looks at a name without following it; undefined when there is nothing. */
  inspect(name: string): Stats | undefined {
    return translated(this.placeOf(name), () => lstatSync(this.address(name), { throwIfNoEntry: false }))
  }

  /** All names in this folder, in no order, one at a time: a folder may hold millions. */
  *names(): Generator<FolderName> {
    const directory: Dir = translated(this.place, () =>
      // The declared type knows text only; Node takes "buffer", and names need not be text.
      opendirSync(this.#self(), { encoding: 'buffer' as BufferEncoding }),
    )
    try {
      if (!this.#anchor.descriptorPaths) this.verify()
      for (;;) {
        const entry = translated(this.place, () => directory.readSync())
        if (entry === null) return
        yield decodeName(entry.name as unknown as Buffer)
      }
    } finally {
      directory.closeSync()
    }
  }

  /** Gives a file of this folder another name in it; what had that name is replaced. */
  rename(from: string, to: string): void {
    translated(this.placeOf(to), () => {
      this.verify()
      renameSync(this.address(from), this.address(to))
    })
  }

  /** Removes a file or link of this folder; that it is gone already is fine. */
  remove(name: string): void {
    try {
      unlinkSync(this.address(name))
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw fromSystemError(error, this.placeOf(name))
    }
  }

  /** Makes the names of this folder durable. */
  async sync(): Promise<void> {
    await syncDescriptor(this.#open()).catch((error: unknown) => {
      throw fromSystemError(error, this.place)
    })
  }

  /** The path to give to the operating system for a name in this folder. */
  address(name: string): string {
    // The door has refused these; a second lock, since everything rests on it.
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
      throw new FileError('FILE_PATH_INVALID', { at: name, summary: 'This is not a plain name.' })
    this.#anchor.onWalk?.(this.placeOf(name))
    return `${this.#anchor.descriptorPaths ? descriptorPath(this.#open()) : this.#path}/${name}`
  }

  /** How messages call a name in this folder. */
  placeOf(name: string): string {
    return this.place === '.' ? name : `${this.place}/${name}`
  }

  /** @throws FileError FILE_OUTSIDE_ROOT when this folder does not lie inside the root any more */
  verify(): void {
    const inside = translated(this.place, () =>
      this.#anchor.descriptorPaths ? liesInside(this.#anchor.descriptor, this.#open()) : chainHolds(this.#chain),
    )
    if (!inside) throw outside(this.place)
  }

  /** The same for a file that was opened by a name of this folder. */
  verifyFile(name: string, descriptor: number): void {
    if (this.#anchor.descriptorPaths) {
      if (!liesInside(this.#anchor.descriptor, descriptor)) throw outside(this.placeOf(name))
      return
    }
    const held = fstatSync(descriptor, { bigint: true })
    const named = lstatSync(this.address(name), { bigint: true, throwIfNoEntry: false })
    const same = named !== undefined && isSame({ device: named.dev, inode: named.ino }, held)
    if (!same || !chainHolds(this.#chain)) throw outside(this.placeOf(name))
  }

  [Symbol.dispose](): void {
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    if (descriptor !== undefined) closeSync(descriptor)
  }

  // Private

  #open(): number {
    if (this.#descriptor === undefined)
      throw new FileError('FILE_IO', { at: this.place, summary: 'The folder handle is closed.' })
    return this.#descriptor
  }

  #self(): string {
    return this.#anchor.descriptorPaths ? `${descriptorPath(this.#open())}/.` : this.#path
  }

  #openFolderDescriptor(name: string, place: string): number {
    try {
      return openSync(this.address(name), FOLDER_FLAGS)
    } catch (error) {
      // A link opened as a folder is "not a folder" to Linux; say which of the two it is.
      const isLink = systemErrorCode(error) === 'ENOTDIR' && this.inspect(name)?.isSymbolicLink() === true
      if (!isLink) throw fromSystemError(error, place)
      throw new FileError('FILE_IS_LINK', {
        at: place,
        summary: 'This is a symbolic link.',
        cause: error,
      })
    }
  }

  /** By path, the root may have been replaced since it was opened first. */
  #verifyRoot(): void {
    if (this.#anchor.descriptorPaths) return
    const first = fstatSync(this.#anchor.descriptor, { bigint: true })
    const now = fstatSync(this.#open(), { bigint: true })
    if (isSame({ device: first.dev, inode: first.ino }, now)) return
    this[Symbol.dispose]()
    throw outside(this.place)
  }
}

/** Hands a fresh descriptor to what `make` returns, and closes it when `make` fails. */
function adopt(descriptor: number, make: () => DirectoryHandle): DirectoryHandle {
  try {
    return make()
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function outside(place: string): FileError {
  return new FileError('FILE_OUTSIDE_ROOT', {
    at: place,
    summary: 'This does not lie inside its root; something moved while it was opened.',
  })
}

function decodeName(bytes: Buffer): FolderName {
  const name = bytes.toString('utf8')
  return { name, isText: Buffer.from(name, 'utf8').equals(bytes) }
}
