import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Planner, PlanRequest } from '@bosun/core'
import { definePlanner, defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { brokenPromises } from '../broken-promises.fixture.ts'
import { describePlanner } from './describe-planner.ts'
import type { PlannerKitOptions } from './planner-kit-options.ts'
import { planning, promisesOfGoal, promisesOfPlanner } from './planner-promises.ts'

const page = defineWorker({
  name: 'page-writer',
  summary: 'Writes a page.',
  handles: 'page',
  body: z.strictObject({ about: z.string() }),
  result: z.string(),
  run: ({ body }) => body.about,
})

const pagesOf = ({ goal }: PlanRequest) => {
  if (!Array.isArray(goal)) throw new Error('a list of titles')
  return { tasks: goal.map((about) => ({ id: String(about), type: 'page', body: { about } })) }
}

const example = { goal: ['mars', 'moon'] }
const options: PlannerKitOptions = {
  workers: [page],
  examples: [example],
  failures: [{ goal: 'mars', code: 'PLANNER_FAILED' }],
  abortWithinMs: 200,
}

describePlanner(definePlanner('pages', pagesOf), options)

const brokenBy = (plan: Planner['plan'], only = /./) => {
  const promises = [...promisesOfGoal(options), ...promisesOfPlanner].filter(({ title }) => only.test(title))
  return brokenPromises(promises, () => {
    const proof = { planner: definePlanner('broken', plan), example, options }
    return { ...proof, planned: () => planning(proof) }
  })
}

let plans = 0
const never = () => new Promise<never>(() => {})

describe('the promises of a planner', () => {
  it.each<[string, Planner['plan'], string]>([
    ['whose tasks nobody does', () => ({ tasks: [{ id: 'a', type: 'other', body: 1 }] }), 'M-28'],
    ['whose bodies no worker takes', () => ({ tasks: [{ id: 'a', type: 'page', body: 1 }] }), 'M-28'],
    ['that plans nothing', () => ({ tasks: [] }), 'M-28'],
    [
      'that plans otherwise each time',
      () => ({ tasks: [{ id: `t${(plans += 1)}`, type: 'page', body: { about: 'x' } }] }),
      'the same goal',
    ],
    [
      'that does the work itself',
      (request) => {
        writeFileSync(join(request.folder, 'page.html'), '')
        return pagesOf(request)
      },
      'it executes nothing',
    ],
    ['that plans whatever the goal is', () => pagesOf({ goal: ['x'] } as never), 'a goal that leads to no plan'],
  ])('find a planner %s', async (_, plan, promise) => {
    expect(await brokenBy(plan)).toContainEqual(expect.stringContaining(promise))
  })

  it('find a planner that does not hear that its run is over', async () => {
    expect(await brokenBy(never, /^when its run is cancelled/)).toHaveLength(1)
  })
})
