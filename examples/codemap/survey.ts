import { commutative, dynamic, idFrom, task, type RunView, type Task } from 'bosun'
import { subtrees } from './subtrees.ts'

/** What a scan returns, as far as the survey counts it. */
interface Scan {
  readonly folder: string
  readonly modules: readonly { readonly path: string }[]
}

interface Counts {
  readonly folders: number
  readonly files: number
}

/** More than a summary can use, whatever its model counts as a token. */
const SUMMARY_TOKENS = 12_000

const idOf = (kind: string, folder: string) => (folder === '.' ? kind : `${kind}/${idFrom(folder)}`)
const scan = (root: string, folder: string) => task('scan_dir', { root, folder }, { id: idOf('scan', folder) })

/**
 * Walks a code base: one task per folder, further tasks for the folders that workers find, then, where
 * there is a worker for it, one summary per subtree from the leaves up, and in the end one task that
 * writes the map of everything.
 */
export const survey = dynamic<string, { folder: string }, Scan, Counts>({
  name: 'survey',
  start: (root) => [scan(root, '.')],
  discovered: ({ folder }, _finder, view) => scan(String(view.goal), folder),
  reduce: commutative((all, one) => ({ folders: all.folders + 1, files: all.files + one.modules.length }), {
    folders: 0,
    files: 0,
  }),
  afterwards: (_counts, view) => {
    const summaries = view.task('write-map') === undefined ? summaryTasks(view) : []
    if (summaries.some(({ id }) => view.task(id) === undefined)) return summaries
    // Of what was scanned and summed up, the map is written in any case; it names what is missing.
    return [
      task('write_codemap', { title: 'Code map', folder: 'out' }, { id: 'write-map', dependsOn: succeeded(view) }),
    ]
  },
  finish: (counts, view) => ({ ...counts, map: view.task('write-map')?.result ?? null }) as never,
  progress: (counts) => counts,
})

/** As many summaries as the limits hold, even if each is tried as often as it may be. */
function summaryTasks(view: RunView): readonly Task[] {
  if (!view.workers.some(({ handles }) => handles === 'summarise_folder')) return []
  const { limits, retry } = view.config
  const affordable = Math.floor(limits.tokensMax / (SUMMARY_TOKENS * (1 + retry.retriesMax)))
  // One task is left for the map.
  const countMax = Math.min(affordable, limits.tasksMax - view.tally.total - 1)
  const scanned = Array.from(view.tasks()).flatMap(({ spec, status, result }) =>
    spec.type === 'scan_dir' && status === 'succeeded' ? [result as unknown as Scan] : [],
  )
  const folders = scanned.filter(({ modules }) => modules.length > 0).map(({ folder }) => folder)
  if (folders.length === 0) return []
  return subtrees(folders.includes('.') ? folders : ['.', ...folders], countMax).map(
    ({ folder, folders: own, parts }) =>
      task(
        'summarise_folder',
        { folder },
        {
          id: idOf('summary', folder),
          dependsOn: [...own.map((one) => idOf('scan', one)), ...parts.map((one) => idOf('summary', one))],
          limits: { tokensMax: SUMMARY_TOKENS },
        },
      ),
  )
}

function succeeded(view: RunView): string[] {
  return Array.from(view.tasks()).flatMap(({ spec, status }) => (status === 'succeeded' ? [spec.id] : []))
}
