import { commutative, dynamic, mapReduce, task } from 'bosun'
import type { CheckOptions } from 'bosun/testing'

interface Page {
  readonly path: string
  readonly words: number
}

const visit = (path: string) => task('visit_page', { path }, { id: path })

/** Crawls a site from its front page, four pages at a time, and counts the words of each. */
export default mapReduce({
  name: 'site-survey',
  map: dynamic({ start: (front: string) => [visit(front)], discovered: (link: string) => visit(link) }),
  reduce: commutative((words: Record<string, number>, page: Page) => ({ ...words, [page.path]: page.words }), {}),
  treeReduce: (left, right) => ({ ...left, ...right }),
  concurrency: 4,
})

const LINKS: Record<string, string[]> = {
  index: ['about', 'blog'],
  blog: ['index', 'post-1', 'post-2'],
  'post-1': ['blog'],
}

export const check: CheckOptions = {
  goal: 'index',
  workers: {
    visit_page: (body) => {
      const { path } = body as { path: string }
      return { result: { path, words: path.length }, discovered: LINKS[path] ?? [] }
    },
  },
}
