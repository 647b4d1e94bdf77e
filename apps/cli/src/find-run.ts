import { BosunError, type RunSummary } from '@bosun/core'
import { closestOf } from './closest.ts'

/**
 * The run that a person means: its id, the only one that begins so, or `last`.
 *
 * @param mayWait whether it may be one of which there is nothing yet, since it waits for its turn. Default false.
 * @throws RUN_UNKNOWN naming what there is, RUN_WAITING
 */
export function findRun(runs: readonly RunSummary[], named: string, mayWait = false): RunSummary {
  const found = meantBy(runs, named)
  if (found.state === 'waiting' && found.facts === 0 && !mayWait) throw new BosunError('RUN_WAITING', { at: found.run })
  return found
}

// ---------------------------------------------------------------------------------------------

function meantBy(runs: readonly RunSummary[], named: string): RunSummary {
  const latest = runs.toSorted((a, b) => b.startedAt - a.startedAt)
  if (named === 'last' && latest[0] !== undefined) return latest[0]
  const exact = runs.find(({ run }) => run === named)
  if (exact !== undefined) return exact
  const matching = named === '' ? [] : latest.filter(({ run }) => run.startsWith(named))
  if (matching.length === 1 && matching[0] !== undefined) return matching[0]
  const ids = (matching.length > 1 ? matching : latest).map(({ run }) => run)
  const meant = closestOf(named, ids)
  throw new BosunError('RUN_UNKNOWN', {
    at: named === '' ? 'RUN' : named,
    ...(matching.length > 1
      ? { expected: 'one run', received: `${matching.length}: ${ids.slice(0, 5).join(', ')}` }
      : {}),
    ...(meant === undefined ? {} : { fix: `Did you mean ${meant}? Ask \`bosun runs\`.` }),
  })
}
