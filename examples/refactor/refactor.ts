import { commutative, dynamic, task, type RunView } from 'bosun'
import { rewriteFor } from './imports-of-types.ts'

interface Goal {
  /** Absolute folder of the sources. */
  readonly folder: string
  readonly files: readonly string[]
}

/** What a worker returns, as far as it is counted. */
interface Refactored {
  readonly edits: number
}

interface Summary {
  readonly files: number
  readonly edits: number
}

/**
 * Makes imports of types say that they are: `import { A } from './types'` becomes `import type`. One
 * task per file; when all have ended, one more that type-checks what the others have made of it.
 */
export const refactor = dynamic<Goal, never, Refactored, Summary, Summary & { readonly typeCheck: string }>({
  name: 'refactor',
  start: ({ files }) =>
    files.map((path) => task('refactor_file', { files: [path], ...rewriteFor(path) }, { id: path })),
  discovered: () => undefined,
  reduce: commutative((all, { edits }) => ({ files: all.files + 1, edits: all.edits + edits }), { files: 0, edits: 0 }),
  // A file that failed is as it was, so there is something to check in any case.
  afterwards: (_summary, view) => [
    task(
      'run_command',
      { command: 'tsc', args: ['--project', (view.goal as unknown as Goal).folder] },
      { id: 'type-check', purpose: 'Type-checks all sources.', dependsOn: succeeded(view) },
    ),
  ],
  finish: (summary, view) => ({ ...summary, typeCheck: view.task('type-check')?.status ?? 'none' }),
  progress: (summary) => summary,
})

function succeeded(view: RunView): string[] {
  return Array.from(view.tasks()).flatMap(({ spec, status }) => (status === 'succeeded' ? [spec.id] : []))
}
