import { expect, it } from 'vitest'
import { task } from '../kernel.fixture.ts'
import { planShape } from './plan-shape.ts'

it('counts width, depth and the longest path of a diamond', () => {
  const diamond = [
    task('a'),
    task('b', { dependsOn: ['a'] }),
    task('c', { dependsOn: ['a'] }),
    task('d', { dependsOn: ['b', 'c'] }),
    task('e'),
  ]
  expect(planShape(diamond)).toEqual({ tasks: 5, width: 2, depth: 3, longestPath: ['a', 'b', 'd'] })
})

it('gives an empty graph no width and no depth', () => {
  expect(planShape([])).toEqual({ tasks: 0, width: 0, depth: 0, longestPath: [] })
})
