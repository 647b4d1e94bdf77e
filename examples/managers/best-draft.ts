import { fanOut, pipeline, task } from 'bosun'
import type { CheckOptions } from 'bosun/testing'

interface Draft {
  readonly text: string
}

const STYLES = ['plain', 'witty', 'formal']

/** Has the same text drafted in three ways, takes the first two that are ready, and has them merged. */
export default pipeline({
  name: 'best-draft',
  stages: [
    {
      name: 'draft',
      run: fanOut({
        name: 'draft',
        start: (topic: string) => STYLES.map((style) => task('draft', { topic, style }, { id: style })),
        failure: { quorum: 2 },
      }),
    },
    {
      name: 'merge',
      run: (drafts: Draft[]) => task('merge', { texts: drafts.map(({ text }) => text) }, { id: 'text' }),
    },
  ],
})

export const check: CheckOptions = {
  goal: 'the moon',
  workers: { draft: (body) => ({ result: { text: JSON.stringify(body) } }), merge: (body) => ({ result: body }) },
  comparesRuns: false, // which two are first hangs on the workers
}
