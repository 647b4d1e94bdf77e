import { expect, it } from 'vitest'
import { compareStates } from './compare-states.ts'

const ended = (result: string) => ({
  tasks: new Map(),
  end: { how: 'completed', causeCode: '', result: JSON.stringify(result), seq: 9 },
})

it('DIFF: shows the place at which two long results differ, and not only what they have in common', () => {
  const [one, other] = ['abc', 'acb'].map((tail) => ended(`${'same '.repeat(40)}${tail}`))
  const found = compareStates(one as never, other as never, ['the reference', 'the run'])
  expect(found?.sentence).toMatch(/^the reference .*abc" and the run .*acb"$/)
  expect(found?.sentence.length).toBeLessThan(200)
})

it('DIFF: shows short results whole', () => {
  const found = compareStates(ended('a') as never, ended('b') as never, ['one', 'the other'])
  expect(found?.sentence).toBe('one completed with "a" and the other completed with "b"')
})
