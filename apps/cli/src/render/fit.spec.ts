import { expect, it } from 'vitest'
import { column, fit, fitPainted, table, widthOf } from './fit.ts'

it.each([
  ['abc', 3],
  ['漢字', 4],
  ['e\u0301', 1],
  ['🚀', 2],
  ['', 0],
])('gives %j the width %i', (text, width) => {
  expect(widthOf(text)).toBe(width)
})

it('cuts with a sign and never through a wide character', () => {
  expect(fit('abcdef', 4)).toBe('abc…')
  expect(fit('漢字漢字', 4)).toBe('漢…')
  expect(fit('abc', 3)).toBe('abc')
  expect(fit('abc', 0)).toBe('')
})

it('cuts a painted line by what is seen of it, and leaves no colour switched on', () => {
  const line = '\u001B[31mab漢字\u001B[39m ef'
  expect(fitPainted(line, 9)).toBe(line)
  expect(fitPainted(line, 5)).toBe('\u001B[31mab漢…\u001B[0m')
  expect(fitPainted(line, 0)).toBe('')
  expect(fitPainted('plain text', 6)).toBe('plain…')
})

it('aligns columns', () => {
  expect(column('7', 3, 'right')).toBe('  7')
  expect(
    table([
      ['a', 'b'],
      ['long', 'c'],
    ]),
  ).toEqual(['a     b', 'long  c'])
})
