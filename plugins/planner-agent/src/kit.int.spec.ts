import { defineWorker } from '@bosun/sdk'
import { describePlanner } from 'bosun/testing'
import { z } from 'zod'
import { agentPlanner } from './agent-planner.ts'

const writer = defineWorker({
  name: 'writer',
  summary: 'Writes about a topic.',
  handles: 'write',
  body: z.strictObject({ topic: z.string() }),
  result: z.string(),
  run: ({ body }) => body.topic,
})

const goal = { about: 'moons' }
const good = { data: { tasks: [{ id: 'moons', type: 'write', body: { topic: 'moons' }, purpose: 'A page.' }] } }
const bad = { data: { tasks: [{ id: 'moons', type: 'write', body: { theme: 'moons' }, purpose: 'A page.' }] } }

describePlanner(agentPlanner({ name: 'thinker', model: 'smart' }), {
  workers: [writer],
  examples: [
    { name: 'a plan at once', goal, models: { smart: [good] } },
    { name: 'a plan after a repair', goal, models: { smart: [bad, good] } },
  ],
  failures: [
    { name: 'no plan after two repairs', goal, models: { smart: [bad, bad, bad] }, code: 'PLAN_INVALID' },
    { name: 'a model that is not there', goal, code: 'MODEL_UNKNOWN' },
  ],
})
