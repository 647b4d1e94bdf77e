import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import { answerCheck } from './answer-check.ts'
import { AnswerSchema, CheckSchema } from './check.ts'
import { implementations, type ImplementationName } from './implementations.ts'
import { timeChecks } from './time-checks.ts'

/** The worker that asks one implementation. Of each there is one, and no process ever holds two implementations. */
const judgeOf = (implementation: ImplementationName) =>
  defineWorker({
    name: implementation,
    summary: `Asks ${implementation} what patterns match.`,
    handles: `check:${implementation}`,
    body: z.strictObject({ checks: z.array(CheckSchema).min(1), timed: z.boolean() }),
    result: z.strictObject({
      answers: z.array(AnswerSchema),
      time: z.strictObject({ ms: z.number(), yardstickMs: z.number() }).optional(),
    }),
    examples: [
      {
        name: 'one pattern',
        body: {
          checks: [{ kind: 'table', id: 'a', pattern: '*.js', matches: ['a.js'], rejects: ['a.ts', 'x/a.js'] }],
          timed: false,
        },
        result: { answers: [{ id: 'a', verdict: 'right' }] },
      },
    ],
    async run({ body: { checks, timed } }) {
      const { makeMatcher } = await implementations[implementation]()
      const answers = checks.map((check) => answerCheck(makeMatcher, check))
      const threw = new Set(answers.flatMap(({ id, verdict }) => (verdict === 'threw' ? [id] : [])))
      const timeable = checks.filter((check) => check.kind === 'table').filter(({ id }) => !threw.has(id))
      return { answers, ...(timed && timeable.length > 0 ? { time: timeChecks(makeMatcher, timeable) } : {}) }
    },
  })

export default definePlugin({
  name: '@bosun/example-bake-off-judge',
  options: z.strictObject({
    implementation: z.enum(Object.keys(implementations) as [ImplementationName, ...ImplementationName[]]),
  }),
  create: ({ implementation }) => ({ workers: [judgeOf(implementation)] }),
})
