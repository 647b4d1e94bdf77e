import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileError } from './file-error.ts'
import { Roots, type RootsOptions } from './roots.ts'
import type { StagedFile } from './staged-files.ts'

export const CANARY_NAME = 'canary.txt'
export const CANARY_TEXT = 'CANARY: whoever reads this has left the root'

/** Deep enough that a long row of `..` meets a canary on its way up, whatever its length. */
const FOLDERS_ABOVE = ['1', '2', '3', '4', '5', '6', '7', '8']

/** Four folders side by side in a temporary one, with a canary in every folder that is no root. */
export interface Sandbox extends Disposable {
  readonly base: string
  readonly workspace: string
  readonly staging: string
  readonly mount: string
  readonly outside: string
  openRoots(options?: Partial<RootsOptions>): Roots
}

export function makeSandbox(): Sandbox {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-files-')))
  let folder = base
  for (const name of FOLDERS_ABOVE) {
    writeFileSync(join(folder, CANARY_NAME), CANARY_TEXT)
    folder = join(folder, name)
    mkdirSync(folder)
  }
  const [workspace = '', staging = '', mount = '', outside = ''] = ['workspace', 'staging', 'mount', 'outside'].map(
    (name) => join(folder, name),
  )
  for (const path of [workspace, staging, mount, outside]) mkdirSync(path)
  for (const path of [folder, outside]) writeFileSync(join(path, CANARY_NAME), CANARY_TEXT)
  return {
    base,
    workspace,
    staging,
    mount,
    outside,
    openRoots: (options) => Roots.open({ workspace, staging, mounts: { code: mount }, ...options }),
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }),
  }
}

/** Writes files by relative path, folders included. */
export function plant(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** Everything below a folder as `path -> kind and content`; no link is followed. */
export function snapshot(folder: string, prefix = ''): Record<string, string> {
  const seen: Record<string, string> = {}
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const stats = lstatSync(path)
    seen[prefix + name] = stats.isFile() ? `file ${digest(readFileSync(path))}` : `kind ${stats.mode >> 12}`
    if (stats.isDirectory()) Object.assign(seen, snapshot(path, `${prefix}${name}/`))
  }
  return seen
}

/** All that lies in a sandbox but not in its workspace, staging or mount. */
export function snapshotOutside(sandbox: Sandbox): Record<string, string> {
  const roots = [sandbox.workspace, sandbox.staging, sandbox.mount].map((path) => path.slice(sandbox.base.length + 1))
  const all = Object.entries(snapshot(sandbox.base))
  return Object.fromEntries(all.filter(([path]) => !roots.some((root) => path.startsWith(`${root}/`))))
}

/** A declaration of a file with this content. */
export function declared(path: string, text: string): StagedFile {
  return { path, bytes: Buffer.byteLength(text), sha256: digest(text) }
}

/** What an operation came to: its value, or the code of its typed refusal; all else is thrown. */
export async function outcomeOf<T>(operation: () => Promise<T>): Promise<{ value: T } | { code: string }> {
  try {
    return { value: await operation() }
  } catch (error) {
    if (FileError.is(error)) return { code: error.code }
    throw error
  }
}

function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
