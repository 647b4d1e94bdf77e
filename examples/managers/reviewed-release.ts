import { pipeline, planExecuteReview, task } from 'bosun'
import type { CheckOptions, Json } from 'bosun/testing'

/** Changes and reviews until the change is accepted; the docs are built beside, and joined before it is published. */
export default pipeline({
  name: 'reviewed-release',
  stages: [
    {
      name: 'begin',
      run: (change: string) => [
        task('build_docs', { change }, { id: 'docs', wait: 'detached' }),
        task('read_code', { change }, { id: 'code' }),
      ],
    },
    {
      name: 'change',
      run: planExecuteReview({
        name: 'change',
        plan: (notes: string[], feedback) => [task('edit', { notes, feedback: feedback ?? null }, { id: 'patch' })],
        review: ([patch], notes) => task('review', { patch, notes }, { id: 'verdict' }),
      }),
    },
    { name: 'publish', join: ['begin/docs'], run: ({ work }) => task('publish', { work }, { id: 'all' }) },
  ],
})

const answer = (body: Json) => ({ result: body })

export const check: CheckOptions = {
  workers: {
    build_docs: answer,
    read_code: answer,
    edit: answer,
    publish: answer,
    review: (body) => ({
      result: { accepted: !JSON.stringify(body).includes('"feedback":null'), feedback: 'smaller' },
    }),
  },
}
