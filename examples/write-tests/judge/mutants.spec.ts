import { describe, expect, it } from 'vitest'
import { mutantsOf } from './mutants.ts'

const SOURCE = `import { words } from './words.mjs'
function f(list, count) {
  if (!list.length) throw new Error('none of ' + count)
  for (let i = 0; i < count; i += 1) {
    if (list[i] === 'x' && i > 2) return words(list[i].toLowerCase())
  }
  while (count < 1) count = count * 2
  return true
}
`

describe('mutants of a module', () => {
  it('change one thing each, and say which', () => {
    expect(mutantsOf(SOURCE, 100).map(({ label }) => label)).toEqual([
      'line 3 has list.length for !list.length',
      'line 5 has !== for ===',
      `line 5 has '' for 'x'`,
      'line 5 has || for &&',
      'line 5 has >= for >',
      'line 5 has 3 for 2',
      'line 5 has toUpperCase for toLowerCase',
      'line 7 has / for *',
      'line 7 has 3 for 2',
      'line 8 has false for true',
    ])
  })

  it('differ from the module in the line they name, and in no other', () => {
    const lines = SOURCE.split('\n')
    for (const { label, text } of mutantsOf(SOURCE, 100)) {
      const changed = text.split('\n').flatMap((line, index) => (line === lines[index] ? [] : [index + 1]))
      expect(changed).toEqual([Number(/^line (\d+)/.exec(label)?.[1])])
    }
  })

  it('are as many as asked for, from all over the text', () => {
    const some = mutantsOf(SOURCE, 3)
    expect(some).toHaveLength(3)
    expect(some.at(-1)?.label).toMatch(/^line [5-8]/)
    expect(mutantsOf('export const a = (x) => [...x]\n', 3)).toEqual([])
  })
})
