import * as fc from 'fast-check'
import type { MakeMatcher } from './matcher.ts'

/** A law is a property over made-up inputs; it holds or throws. */
export type Law = (makeMatcher: MakeMatcher) => fc.IPropertyWithHooks<never>

const letters = 'abcxyzABC019_-'
const char = fc.constantFrom(...letters)
const word = fc.string({ unit: char, minLength: 1, maxLength: 6 })
/** Text of characters that mean something in a pattern, between such that do not. */
const signs = fc.string({ unit: fc.constantFrom(...'ab*?[]{}()!+@,^-'), minLength: 1, maxLength: 8 })
const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'))
const words = fc.uniqueArray(word, { minLength: 2, maxLength: 4 })

/** What has to hold whatever the names are. */
export const laws: Readonly<Record<string, Law>> = {
  // Text without special characters matches itself and nothing else.
  literal: law(fc.tuple(path, path), (match, [a, b]) => match(a, a) && match(a, b) === (a === b)),

  // A star matches any rest of a name.
  star: law(
    fc.tuple(word, word),
    (match, [a, b]) => match('*', a) && match(`${a}*`, a + b) && match(`${a}*`, b) === b.startsWith(a),
  ),

  // A star matches no more than one segment.
  segment: law(
    fc.tuple(path, path),
    (match, [a, b]) => !match('*', `${a}/${b}`) && match('*/*', `${a}/${b}`) === !`${a}${b}`.includes('/'),
  ),

  // Two stars match at any depth, the top included, and whole segments only.
  globstar: law(
    fc.tuple(path, word),
    (match, [a, b]) =>
      match(`**/${b}`, `${a}/${b}`) &&
      match(`**/${b}`, b) &&
      match(`${b}/**`, `${b}/${a}`) &&
      !match(`**/${b}`, `${a}/x${b}`),
  ),

  // With a backslash before each character, any text matches itself.
  escape: law(signs, (match, a) => match(escaped(a), a) && !match(escaped(a), `${a}x`)),

  // Braces match what one of their parts matches.
  braces: law(fc.tuple(words, word), (match, [all, a]) => {
    const pattern = `{${all.join(',')}}*`
    return all.every((one) => match(pattern, one)) && match(pattern, a) === all.some((one) => a.startsWith(one))
  }),

  // A bracket expression and its complement share nothing, and between them leave out nothing.
  complement: law(fc.tuple(fc.uniqueArray(letter(), { minLength: 1, maxLength: 4 }), char), (match, [all, a]) => {
    return (
      match(`x[${all.join('')}]`, `x${a}`) === all.includes(a) &&
      match(`x[!${all.join('')}]`, `x${a}`) === !all.includes(a)
    )
  }),

  // `@(a|b)` matches the names that it lists.
  choice: law(fc.tuple(words, word), (match, [all, a]) => {
    const pattern = `@(${all.join('|')})`
    return all.every((one) => match(pattern, one)) && match(pattern, a) === all.includes(a)
  }),

  // `!(a|b)` matches the names that `@(a|b)` does not.
  negation: law(fc.tuple(words, word), (match, [all, a]) => match(`!(${all.join('|')})`, a) === !all.includes(a)),

  // The same question has the same answer, also from a matcher that was asked before.
  again: (makeMatcher) =>
    fc.property(fc.tuple(word, path), ([a, b]) => {
      const matches = makeMatcher(`**/*${a}*`)
      const isIn = b.slice(b.lastIndexOf('/') + 1).includes(a)
      return [b, a, b, a].every((at) => matches(at) === (at === a || isIn))
    }) as never,
}

// ---------------------------------------------------------------------------------------------

function law<T>(
  inputs: fc.Arbitrary<T>,
  holds: (match: (pattern: string, path: string) => boolean, input: T) => boolean,
): Law {
  return (makeMatcher) =>
    fc.property(inputs, (input) => holds((pattern, at) => makeMatcher(pattern)(at), input)) as never
}

function letter(): fc.Arbitrary<string> {
  return fc.constantFrom(...letters.replace('-', ''))
}

function escaped(text: string): string {
  return text.replace(/[^a-z]/g, String.raw`\$&`)
}
