import { expect, it } from 'vitest'
import plugin from './index.ts'

it('is a plugin of two workers that need file tools alone, and that repeat without harm', () => {
  expect(plugin.workers.map(({ entry }) => [entry.name, entry.handles, entry.tools, entry.effects])).toEqual([
    ['syntax-rewriter', 'rewrite_syntax', ['files.read', 'files.write'], 'none'],
    ['symbol-renamer', 'rename_symbol', ['files.list', 'files.read', 'files.write'], 'none'],
  ])
})
