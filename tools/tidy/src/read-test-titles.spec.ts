import { expect, it } from 'vitest'
import { readTestTitles } from './read-test-titles.ts'

it('finds the titles of tests and suites, whatever is said of them in between', () => {
  const spec = `
    describe('a', () => {
      it("b", () => {})
      it.skipIf(isAbsent)('c', { timeout: 1 }, () => {})
      it.each([['no title']])(\`d \${1} e\`, () => {})
      it.each\`x | \${1}\`('f', () => {})
      test.for([1])('g', async () => {})
    })
  `
  expect(readTestTitles(spec, 'a.spec.ts')).toEqual(['a', 'b', 'c', 'd … e', 'f', 'g'])
})

it('takes no other text for a title', () => {
  const spec = `
    // it('a comment')
    expect("it('a text')").toBe('b')
    audit('c')
    it(title, () => say('d'))
  `
  expect(readTestTitles(spec, 'a.spec.ts')).toEqual([])
})
