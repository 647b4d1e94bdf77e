import { afterEach, expect, it } from 'vitest'
import { always, reachable, sometimes, watchAssertions } from './assertions.ts'

afterEach(() => watchAssertions(undefined))

it('assertions in user code do nothing while nobody listens', () => {
  expect(watchAssertions(undefined)).toBeUndefined()
  expect(() => {
    always(false, 'a')
    sometimes(false, 'b')
    reachable('c')
  }).not.toThrow()
})

it('assertions in user code are told to whoever listens, and to nobody after it', () => {
  const heard: unknown[] = []
  expect(watchAssertions({ asserted: (...said) => heard.push(said) })).toBeUndefined()
  always(true, 'a')
  always(false, 'a')
  sometimes(false, 'b')
  reachable('c')
  watchAssertions(undefined)
  reachable('d')
  expect(heard).toEqual([
    ['always', 'a', true],
    ['always', 'a', false],
    ['sometimes', 'b', false],
    ['reachable', 'c', true],
  ])
})
