import { commutative, dynamic, idFrom, task, type RunView } from 'bosun'

/** What a scan returns, as far as the survey counts it. */
interface Scan {
  readonly modules: readonly { readonly path: string }[]
}

interface Counts {
  readonly folders: number
  readonly files: number
}

const scanId = (folder: string) => (folder === '.' ? 'scan' : `scan/${idFrom(folder)}`)
const scan = (root: string, folder: string) => task('scan_dir', { root, folder }, { id: scanId(folder) })

/**
 * Walks a code base: one task per folder, further tasks for the folders that workers find, and in
 * the end one task that writes the map of everything.
 */
export const survey = dynamic<string, { folder: string }, Scan, Counts>({
  name: 'survey',
  start: (root) => [scan(root, '.')],
  discovered: ({ folder }, _finder, view) => scan(String(view.goal), folder),
  reduce: commutative((all, one) => ({ folders: all.folders + 1, files: all.files + one.modules.length }), {
    folders: 0,
    files: 0,
  }),
  // Of what was scanned, the map is written in any case; it names what is missing.
  afterwards: (_counts, view) => [
    task('write_codemap', { title: 'Code map', folder: 'out' }, { id: 'write-map', dependsOn: scanned(view) }),
  ],
  finish: (counts, view) => ({ ...counts, map: view.task('write-map')?.result ?? null }) as never,
  progress: (counts) => counts,
})

function scanned(view: RunView): string[] {
  return Array.from(view.tasks()).flatMap(({ spec, status }) => (status === 'succeeded' ? [spec.id] : []))
}
