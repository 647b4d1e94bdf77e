import { expect, it } from 'vitest'
import { FactLog, failedSite } from '../fact-log.fixture.ts'
import { renderTree, treeJson, treeOf } from './run-tree.ts'

it('M-31: shows attempts under their task and tasks under the run, with state and elapsed time', () => {
  const tree = treeOf(failedSite().facts)
  expect(renderTree(tree, tree.at)).toEqual([
    'run r-1 fanOut failed 1.2 s',
    '├─ mars generate_page failed 1.2 s',
    '│  ├─ attempt 1 page-writer/1 failed 500 ms: no such planet',
    '│  └─ attempt 2 page-writer/1 failed 500 ms: no such planet',
    '├─ moon generate_page succeeded 500 ms',
    '│  └─ attempt 1 page-writer/2 succeeded 500 ms',
    '└─ index build_index skipped because of mars',
  ])
})

it('puts a task under the task whose discovery led to it', () => {
  const log = new FactLog()
    .started()
    .task('a')
    .assign('a')
    .task('b', { parent: 'a' })
    .task('c', { parent: 'b' })
    .task('d')
  const tree = treeOf(log.facts)
  expect(renderTree(tree, tree.at)).toEqual([
    'run r-1 fanOut running 0 ms',
    '├─ a generate_page running 0 ms',
    '│  ├─ attempt 1 page-writer/1 running 0 ms',
    '│  └─ b generate_page waiting',
    '│     └─ c generate_page waiting',
    '└─ d generate_page waiting',
  ])
})

it('M-14: shows the levels of a plan with their progress, and tasks in theirs', () => {
  const log = new FactLog()
    .started()
    .add('group.opened', { group: { name: 'pay', kind: 'requirement', title: 'Customers can pay' }, by: 'manager' })
    .add('group.opened', { group: { name: 'pay/cart', kind: 'block' }, by: 'manager' })
    .task('a', { group: 'pay/cart' })
    .task('b', { group: 'pay/cart' })
    .task('c', { group: 'pay' })
    .task('d')
    .assign('a')
    .succeed('a')
    .add('task.cancelled', { task: 'c', by: 'ada', reason: 'no' })
    .task('a1', { parent: 'a', group: 'pay/cart' })
  const tree = treeOf(log.facts)
  expect(renderTree(tree, tree.at)).toEqual([
    'run r-1 fanOut running 0 ms',
    '├─ pay (requirement) Customers can pay: 1 of 4 tasks succeeded, 1 without success',
    '│  ├─ cart (block): 1 of 3 tasks succeeded',
    '│  │  ├─ a generate_page succeeded 0 ms',
    '│  │  │  ├─ attempt 1 page-writer/1 succeeded 0 ms',
    '│  │  │  └─ a1 generate_page waiting',
    '│  │  └─ b generate_page waiting',
    '│  └─ c generate_page cancelled',
    '└─ d generate_page waiting',
  ])
  expect(treeJson(tree)).toMatchObject({
    groups: [
      { name: 'pay', kind: 'requirement', total: 4, succeeded: 1, ended: 2 },
      { name: 'pay/cart', total: 3 },
    ],
    tasks: [
      { id: 'a', group: 'pay/cart', parent: null },
      { id: 'a1', parent: 'a' },
      { id: 'b', parent: null },
      { id: 'c' },
      { id: 'd' },
    ],
  })
})

it('counts on while an attempt runs', () => {
  const tree = treeOf(new FactLog().started().task('a').assign('a').facts)
  expect(renderTree(tree, tree.at + 65_000)[2]).toBe('   └─ attempt 1 page-writer/1 running 1:05')
})

it('draws discoveries that lie thousands deep', () => {
  const log = new FactLog().started().task('t0')
  for (let depth = 1; depth < 3000; depth += 1) log.task(`t${depth}`, { parent: `t${depth - 1}` })
  const tree = treeOf(log.facts)
  expect(renderTree(tree, tree.at)).toHaveLength(3001)
  expect(JSON.stringify(treeJson(tree))).toContain('t2999')
})
