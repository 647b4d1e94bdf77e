import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathGlob } from './path-glob.ts'

describe('a path pattern', () => {
  it.each([
    ['site/**', 'site/mars.html', true],
    ['site/**', 'site/a/b/c', true],
    ['site/**', 'site', true],
    ['site/**', 'sites/a', false],
    ['site/**', 'a/site/b', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/a/b.ts', false],
    ['**/x', 'x', true],
    ['**/x', 'a/b/x', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['A.ts', 'a.ts', false],
    ['a.ts', 'axts', false],
  ])('%s matches %s: %s', (pattern, path, expected) => {
    expect(pathGlob(pattern).matches(path)).toBe(expected)
  })

  it.each(['', '/a', 'a//b', 'a/', '../a', 'a/./b', 'a**', '**a/b', 'x'.repeat(257), '*/'.repeat(9) + 'a'])(
    'H5: refuses %j at load',
    (pattern) => {
      expect(() => pathGlob(pattern)).toThrow(expect.objectContaining({ code: 'RULE_MALFORMED' }))
    },
  )

  it('H5: agrees with a regular expression made by the book', () => {
    const segment = fc.stringMatching(/^[ab*]{1,4}$/).filter((text) => !text.includes('**'))
    const pattern = fc
      .array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 4 })
      .filter((parts) => parts.join('').replaceAll('**', '').split('*').length <= 9)
    const path = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(pattern, path, (parts, segments) => {
        fc.pre((parts.join('/').match(/\*+/g)?.length ?? 0) <= 8)
        const text = segments.map((one) => `/${one}`).join('')
        const source = parts
          .map((part) => (part === '**' ? '(?:/[^/]+)*' : `/${part.replaceAll('*', '[^/]*')}`))
          .join('')
        expect(pathGlob(parts.join('/')).matches(segments.join('/'))).toBe(new RegExp(`^${source}$`).test(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it('H15: takes no more steps than pattern times path on the inputs that break backtracking matchers', () => {
    const path = `${'a'.repeat(2_000)}b/${'a/'.repeat(400)}b`
    expect(pathGlob('*a*a*a*a*a*a*a*c').matches(path)).toBe(false)
    expect(pathGlob('**/a/**/a/**/a/**/c').matches(path)).toBe(false)
  })
})
