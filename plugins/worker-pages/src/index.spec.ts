import { expect, it } from 'vitest'
import plugin from './index.ts'

it('is a plugin of two workers that need nothing but one file tool', () => {
  expect(plugin.workers.map(({ entry }) => [entry.name, entry.handles, entry.tools, entry.effects])).toEqual([
    ['page-writer', 'generate_page', ['files.write(site/**)'], 'none'],
    ['index-writer', 'build_index', ['files.write(site/index.html)'], 'none'],
  ])
})
