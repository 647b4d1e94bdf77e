import type { RunSummary } from '@bosun/core'
import { duration, moment } from './duration.ts'
import { table } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable } from './printable.ts'
import { shellWord } from './shell-word.ts'

/** The runs of a state folder, the latest first. */
export function renderRuns(runs: readonly RunSummary[], paint: Paint = plainPaint): string[] {
  if (runs.length === 0) return ['No runs yet. Start one with: bosun run']
  const latest = runs.toSorted((a, b) => b.startedAt - a.startedAt || (a.run < b.run ? 1 : -1))
  const [head = '', ...lines] = table([
    ['RUN', 'STATE', 'MANAGER', 'STARTED', 'TOOK', 'FACTS'],
    ...latest.map((run) =>
      // Of a journal that cannot be read, no more is known than that it is there.
      run.state === 'damaged'
        ? [printable(run.run), run.state]
        : [
            printable(run.run),
            stateOf(run),
            printable(run.manager),
            moment(run.startedAt),
            duration(run.updatedAt - run.startedAt),
            `${run.facts}`,
          ],
    ),
  ])
  return [paint.dim(head), ...lines, ...latest.filter(({ state }) => state === 'orphaned').map(orphanLine)]
}

// ---------------------------------------------------------------------------------------------

function stateOf({ state, place }: RunSummary): string {
  return place === undefined ? state : `${state} (${place})`
}

function orphanLine({ run, owner }: RunSummary): string {
  const why = owner === undefined ? 'has no process' : `has lost its process ${owner.pid}`
  return `${printable(run)} ${why}. Take it over with: bosun resume ${shellWord(printable(run))}`
}
