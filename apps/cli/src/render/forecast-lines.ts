import type { Estimate, Forecast } from '@bosun/kernel'
import type { Outlook } from '../plan-outlook.ts'
import { counted, duration } from './duration.ts'
import { printable } from './printable.ts'
import { costText, isNothing, tokensText, usageText } from './usage.ts'

/** Types that are listed; the rest is counted. */
const TYPES_MAX = 12

/** What a plan consists of, may take at most and is expected to take. */
export function outlookLines({ types, ceilings, runs, forecast: expected }: Outlook): string[] {
  const { tokensMax, costMicrosMax, tasksMax, wallTimeMs } = ceilings
  const listed = Object.entries(types).map(([type, count]) => `${count} ${printable(type)}`)
  const more = listed.length - TYPES_MAX
  return [
    `by type: ${listed.slice(0, TYPES_MAX).join(', ')}${more > 0 ? ` and ${more} more types` : ''}`,
    `at most: ${tokensText(tokensMax)} tokens, cost ${costText(costMicrosMax)}, ${tokensText(tasksMax)} tasks, ${duration(wallTimeMs)}`,
    ...(expected === null ? ['expected: no history of these tasks here'] : forecastLines(expected, runs)),
  ]
}

// ---------------------------------------------------------------------------------------------

function forecastLines({ typical, cautious, unknown }: Forecast, runs: number): string[] {
  return [
    `expected: ${estimateText(typical)}, on a bad day ${estimateText(cautious)}; from ${counted(runs, 'run')} here`,
    ...(unknown.length === 0
      ? []
      : [`          at least, since there is no history of ${unknown.slice(0, TYPES_MAX).map(printable).join(', ')}`]),
  ]
}

function estimateText(estimate: Estimate): string {
  return isNothing(estimate) ? duration(estimate.ms) : `${duration(estimate.ms)} and ${usageText(estimate)}`
}
