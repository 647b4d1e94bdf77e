import type { CampaignProgress } from '@bosun/simulation'
import { counted, duration } from './duration.ts'
import type { Paint } from './paint.ts'
import { printable } from './printable.ts'

/** Where a check stands, in two lines. */
export function checkProgress(
  module: string,
  elapsedMs: number,
  progress: CampaignProgress | undefined,
  paint: Paint,
): readonly string[] {
  const head = `checking ${printable(module)}`
  if (progress === undefined) return [head]
  const { schedules, schedulesPerSecond, failures, goalsReached, goalsCount } = progress
  const found = failures.length === 0 ? 'no failure' : paint.bad(`✗ ${failures.map(printable).join(', ')}`)
  const parts = [
    counted(schedules, 'schedule'),
    `${schedulesPerSecond}/s`,
    `${goalsReached} of ${goalsCount} goals reached`,
    found,
  ]
  return [`${head}  ${paint.dim(duration(elapsedMs))}`, parts.join(' · ')]
}
