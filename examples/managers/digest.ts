import { mapReduce, ordered, pipeline, task } from 'bosun'
import type { CheckOptions } from 'bosun/testing'

interface Article {
  readonly title: string
  readonly score: number
}

/** Fetches feeds, two at a time, keeps what is worth reading, and has one page written of it. */
export default pipeline({
  name: 'digest',
  stages: [
    {
      name: 'fetch',
      run: mapReduce({
        name: 'fetch',
        map: (feeds: string[]) => feeds.map((url, at) => task('fetch_feed', { url }, { id: `feed-${at}` })),
        keep: ({ score }: Article) => score > 3,
        reduce: ordered((titles: string[], { title }: Article) => [...titles, title], []),
        concurrency: 2,
      }),
    },
    {
      name: 'write',
      when: (titles: string[]) => titles.length > 0,
      run: (titles: string[]) => task('write_page', { titles }, { id: 'page' }),
    },
  ],
})

export const check: CheckOptions = {
  goal: (random) => ['a', 'b', 'c', 'd'].slice(0, 1 + Math.floor(random() * 4)),
  workers: {
    fetch_feed: (body) => ({
      result: { title: `news of ${JSON.stringify(body)}`, score: JSON.stringify(body).length % 7 },
    }),
    write_page: (body) => ({ result: body }),
  },
}
