import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  listContainedFolder,
  publishStagedFiles,
  readContainedFile,
  Roots,
  stagedFiles,
  writeContainedFile,
  type WorkerContext,
} from '@bosun/sdk'
import { onTestFinished } from 'vitest'
import { symbolRenamer } from './symbol-renamer.ts'
import { syntaxRewriter } from './syntax-rewriter.ts'

const WORKERS = { rewrite_syntax: syntaxRewriter, rename_symbol: symbolRenamer }

/** What both workers return. */
export interface Report {
  readonly filesRead: number
  readonly edits: number
  readonly files: readonly { readonly path: string; readonly edits: number; readonly changes: readonly object[] }[]
}

/** A folder of source files on disk, and attempts over it: each stages what it writes, and is published when it succeeds. */
export function workspace(files: Readonly<Record<string, string | Buffer>>) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-codemod-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const root = join(folder, 'workspace')
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  let attemptsCount = 0
  const attempt = async (type: keyof typeof WORKERS, body: object): Promise<Report> => {
    attemptsCount += 1
    const staging = join(folder, `staging-${attemptsCount}`)
    mkdirSync(staging)
    const inRoots = async <T>(work: (roots: Roots) => Promise<T>): Promise<T> => {
      using roots = Roots.open({ workspace: root, staging, mounts: {} })
      return await work(roots)
    }
    const context = {
      tools: {
        list: (input: never) => inRoots(async (roots) => ({ entries: await listContainedFolder(roots, input) })),
        read: (input: never) => inRoots((roots) => readContainedFile(roots, input)),
        write: (input: never) => inRoots((roots) => writeContainedFile(roots, input)),
      },
      signal: new AbortController().signal,
      progress: () => {},
    } as never as WorkerContext<never>
    const worker = WORKERS[type]
    const result = worker.result.parse(await worker.run({ body: worker.body.parse(body) as never }, context as never))
    const { files: staged } = await stagedFiles(staging)
    await publishStagedFiles({ staging, workspace: root, files: staged })
    return result
  }
  return {
    attempt,
    /** The bytes of a file, as they are on disk. */
    bytes: (path: string) => readFileSync(join(root, path)),
    text: (path: string) => readFileSync(join(root, path), 'utf8'),
  }
}
