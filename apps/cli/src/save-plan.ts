import { BosunError } from '@bosun/core'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { say, type Cli } from './cli.ts'
import type { PlanPreview, Project } from './engine.ts'
import { printable } from './render/printable.ts'
import { savedPlan } from './render/saved-plan.ts'

/** Writes a plan as a file. @throws USAGE when there is none, or nowhere to write it */
export async function savePlan(cli: Cli, file: string, { manager }: Project, { plan }: PlanPreview): Promise<void> {
  if (plan === undefined) {
    throw new BosunError('USAGE', {
      at: '--save',
      summary: `There is no plan to save: the manager ${manager} makes its first tasks itself`,
      fix: 'Leave --save out.',
    })
  }
  try {
    writeFileSync(resolve(cli.terminal.cwd, file), savedPlan(plan))
  } catch (cause) {
    const received = cause instanceof Error ? cause.message : String(cause)
    throw new BosunError('USAGE', {
      at: file,
      summary: 'The plan cannot be written',
      received,
      fix: 'Correct the path.',
      cause,
    })
  }
  await say(cli, `bosun: ${printable(plan.hash)} is in ${printable(file)}`)
}
