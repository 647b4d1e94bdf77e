import type { RunSummary } from '@bosun/core'
import { duration, moment } from './duration.ts'
import { table } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable } from './printable.ts'
import { shellWord } from './shell-word.ts'

/** The runs of a state folder, the latest first. What goes on takes its time until `now`. */
export function renderRuns(runs: readonly RunSummary[], now: number, paint: Paint = plainPaint): string[] {
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
            duration(Math.max(0, (GOES_ON.has(run.state) ? now : run.updatedAt) - run.startedAt)),
            `${run.facts}`,
          ],
    ),
  ])
  return [paint.dim(head), ...lines, ...latest.filter(({ state }) => state === 'orphaned').map(orphanLine)]
}

// ---------------------------------------------------------------------------------------------

/** Long tasks leave no facts while they are worked on. */
const GOES_ON: ReadonlySet<RunSummary['state']> = new Set(['running', 'waiting'])

function stateOf({ state, place }: RunSummary): string {
  return place === undefined ? state : `${state} (${place})`
}

function orphanLine({ run, owner }: RunSummary): string {
  const why = owner === undefined ? 'has no process' : `has lost its process ${owner.pid}`
  return `${printable(run)} ${why}. Take it over with: bosun resume ${shellWord(printable(run))}`
}
