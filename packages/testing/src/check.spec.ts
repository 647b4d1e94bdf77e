import { composeStrategy, criticalPath } from '@bosun/kernel'
import { commutative, dynamic, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import { checkManager, checkPlanner, checkStrategy, checkWorker } from './check.ts'

checkStrategy(composeStrategy({ name: 'mine', order: criticalPath, guarantees: ['work-conserving'] }), {
  schedules: 400,
  scope: { tasksMax: 4 },
})

checkManager(
  dynamic({
    name: 'survey',
    start: () => [task('scan', 'a', { id: 'a' }), task('scan', 'b', { id: 'b' })],
    discovered: (found: string) => task('scan', found, { id: found }),
    reduce: commutative((all: number, one: number) => all + one, 0),
  }),
  {
    schedules: 200,
    workers: {
      scan: (body) => ({ result: 1, discovered: String(body).length < 3 ? [`${String(body)}x`] : [] }),
    },
  },
)

checkPlanner(
  { name: 'two-pages', plan: () => ({ tasks: ['mars', 'moon'].map((id) => ({ id, type: 'page', body: id })) }) },
  { schedules: 100, workers: { page: (body) => ({ result: body }) } },
)

checkWorker(
  defineWorker({
    name: 'greeter',
    summary: 'Greets a person.',
    handles: 'greet',
    body: z.object({ name: z.string() }),
    result: z.string(),
    examples: [{ body: { name: 'Ada' } }],
    async run({ body }, { clock }) {
      await clock.sleep(200)
      return `Hello, ${body.name}`
    },
  }),
  { schedules: 100 },
)
