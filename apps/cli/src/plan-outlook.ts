import type { Limits, Task, WorkerEntry } from '@bosun/core'
import { forecast, type Forecast } from '@bosun/kernel'
import type { PlanHistory } from './plan-history.ts'

/** What is to be expected of a plan, and what it may take at most. */
export interface Outlook {
  /** Tasks by type. */
  readonly types: Readonly<Record<string, number>>
  readonly ceilings: Pick<Limits, 'tokensMax' | 'costMicrosMax' | 'tasksMax' | 'wallTimeMs'>
  /** Runs that the forecast is made from. */
  readonly runs: number
  /** `null`: nothing is known of any type of the plan. */
  readonly forecast: Forecast | null
}

export function outlookOf(
  tasks: readonly Task[],
  workers: readonly WorkerEntry[],
  limits: Limits,
  { history, runs }: PlanHistory,
): Outlook {
  const types: Record<string, number> = Object.create(null) as Record<string, number>
  for (const { type } of tasks) types[type] = (types[type] ?? 0) + 1
  const { slotsMax, tokensMax, costMicrosMax, tasksMax, wallTimeMs } = limits
  const slotsOf = (type: string) =>
    workers.filter(({ handles }) => handles === type).reduce((sum, { slotsMax: own }) => sum + (own ?? slotsMax), 0)
  return {
    types,
    ceilings: { tokensMax, costMicrosMax, tasksMax, wallTimeMs },
    runs,
    forecast: forecast(tasks, (type) => history.of(type), { slotsMax, slotsOf }) ?? null,
  }
}
