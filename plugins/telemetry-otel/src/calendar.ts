import type { HrTime } from '@opentelemetry/api'

/** Farther off the calendar than any clock of a machine that runs for years. */
const CALENDAR_DRIFT_MS_MAX = 366 * 86_400_000

/** Turns the times of a run's facts into times of the calendar. */
export type Calendar = (at: number) => HrTime

/**
 * The calendar of a run. The clock of a real machine is tied to the calendar, so its facts say the time
 * as it is; any other clock is tied to it at the first fact that is seen.
 *
 * Seconds and nanoseconds, since OpenTelemetry takes a plain number from before the start of the process
 * for a time since that start.
 */
export function calendarOf(firstAt: number): Calendar {
  const drift = Date.now() - firstAt
  const offset = Math.abs(drift) > CALENDAR_DRIFT_MS_MAX ? drift : 0
  return (at) => {
    const ms = at + offset
    return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000]
  }
}
