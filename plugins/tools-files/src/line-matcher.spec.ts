import { monitorEventLoopDelay } from 'node:perf_hooks'
import { array, assert, constantFrom, property, stringMatching } from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { searchFiles } from './file-tools.ts'
import { lineMatcher } from './line-matcher.ts'
import { patternSize } from './pattern-size.ts'
import { call, project } from './project.fixture.ts'

const a = (count: number, end = '!') => 'a'.repeat(count) + end
const LENGTH = 50_000

/** Patterns that hold a backtracking engine for seconds to centuries, each with the line that does it. */
const SLOW: readonly (readonly [pattern: string, line: string])[] = [
  ['(a+)+$', a(LENGTH)],
  ['([a-zA-Z]+)*$', a(LENGTH)],
  ['(a|aa)+$', a(LENGTH)],
  ['(a|a?)+$', a(LENGTH)],
  ['(.*a){20}$', a(LENGTH)],
  ['(.*)*$x', a(LENGTH)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', a(LENGTH, '')],
  ['(x+x+)+y', 'x'.repeat(LENGTH)],
  ['((a*)*)*b', a(LENGTH)],
  ['(a?){30}a{30}', a(LENGTH)],
  ['^(a?){200}$', a(LENGTH)],
  [String.raw`\s+$`, `${' '.repeat(LENGTH)}x`],
  [String.raw`^\s+|\s+$`, `x${' '.repeat(LENGTH)}x`],
  [String.raw`(\w+\s?)*!`, `${'word '.repeat(LENGTH / 5)}?`],
  [String.raw`^(\w+\s?)*$`, `${'word '.repeat(LENGTH / 5)}?`],
  [String.raw`(\w+\s*){50}$`, a(LENGTH)],
  ['.*.*=.*', 'x='.repeat(LENGTH / 2)],
  ['(?:.*,){12}P', '1,2,3,4,5,6,7,8,9,10,11,12,13,'.repeat(LENGTH / 30)],
  [
    String.raw`^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$`,
    a(LENGTH),
  ],
  [String.raw`^(([a-z])+\.)+[A-Z]([a-z])+$`, 'a.'.repeat(LENGTH / 2)],
  [String.raw`"(\\.|[^"])*"`, String.raw`"` + String.raw`\"`.repeat(LENGTH / 2)],
  [String.raw`<!--(?:.|\s)*?-->`, '<!--'.repeat(LENGTH / 4)],
  [String.raw`(\d+(,\d+)*)+$`, `${'1,'.repeat(LENGTH / 2)}x`],
  [String.raw`^(?:\+?1[-. ]?)?(\(?\d{3}\)?[-. ]?)*\d{4}$`, '123-'.repeat(LENGTH / 4)],
  // What three releases of minimatch made of braces, of stars and of nested groups.
  [String.raw`\{((?:.*,)*.*)\}`, `{${','.repeat(LENGTH)}`],
  ['^(?:[^/]*?[^/]*?[^/]*?[^/]*?[^/]*?[^/]*?[^/]*?a)$', a(LENGTH, '')],
  ['^(?:(?:(?:a|b)*|(?:c|d)*)*)*$', `${'abcd'.repeat(LENGTH / 4)}!`],
  ['(a{1,10}){1,10}b', a(LENGTH)],
  ['(?:a|b)*a(?:a|b){18}$', 'ab'.repeat(LENGTH / 2)],
  [String.raw`(([^\s])+\s)*$x`, 'a '.repeat(LENGTH / 2)],
]

describe('patterns of strangers', () => {
  it('H15: are at least thirty', () => {
    expect(SLOW.length).toBeGreaterThanOrEqual(30)
  })

  // The bar is 50 ms; a loaded machine is allowed its factor, and a backtracking engine needs years all the same.
  it.each(SLOW)('H15: %s takes no longer than any other', (pattern, line) => {
    const startedAt = performance.now()
    const matcher = lineMatcher({ text: pattern, isPattern: true })
    matcher.find(line.slice(0, matcher.lineLengthMax))
    expect(performance.now() - startedAt).toBeLessThan(500)
  })

  it('H15: hold up nobody else while files are searched with them', { timeout: 60_000 }, async () => {
    const { io } = await project(
      Object.fromEntries(SLOW.map(([, line], index) => [`f${index}`, `${line}\n`.repeat(3)])),
    )
    const lag = monitorEventLoopDelay({ resolution: 5 })
    const times: number[] = []
    lag.enable()
    for (const [pattern, line] of SLOW) {
      const startedAt = performance.now()
      const matcher = lineMatcher({ text: pattern, isPattern: true })
      matcher.find(line.slice(0, matcher.lineLengthMax))
      times.push(performance.now() - startedAt)
      // oxlint-disable-next-line no-await-in-loop
      await call(searchFiles, { path: '.', text: pattern, isPattern: true }, io)
    }
    lag.disable()
    const figures = { slowestMs: Math.round(Math.max(...times)), lagMs: Math.round(lag.max / 1e6) }
    console.info(`H15: ${JSON.stringify(figures)}`)
    expect(figures.lagMs).toBeLessThan(1_000)
  })

  it.each([
    ['a{1001}'],
    ['(a{30}){40}'],
    ['((a{10}){10}){11}'],
    ['(a?){500}(a?){600}'],
    [String.raw`[a-z\]]{1001}`],
    [String.raw`\x{1F600}(\pL{400}){3}`],
    ['(abc|def){200}'],
    ['(('.repeat(400)],
    ['(?=a)b'],
    [String.raw`(a)\1`],
  ])('H15: refuses %s by name', (text) => {
    expect(() => lineMatcher({ text, isPattern: true })).toThrow(
      expect.objectContaining({ code: 'TOOL_INPUT_INVALID' }),
    )
  })

  it('H15: no pattern that is compiled has a program much larger than was foreseen', () => {
    const atom = constantFrom('a', '.', String.raw`\d`, '[a-z]', String.raw`[^\]x]`, '(ab)', '(a|b)', '(?:(a{3})b)')
    const repeat = constantFrom('', '*', '+?', '{3}', '{2,5}', '{4,}', '?')
    const piece = array(stringMatching(/^[a-z]?$/), { maxLength: 2 })
    assert(
      property(
        array(atom, { minLength: 1, maxLength: 6 }),
        array(repeat, { minLength: 6, maxLength: 6 }),
        piece,
        (atoms, repeats, letters) => {
          const pattern = `(${atoms.map((one, index) => one + repeats[index]).join('')}){3}${letters.join('')}`
          const compiled = RE2JS.compile(pattern)
          expect(compiled.programSize()).toBeLessThanOrEqual(10 * patternSize(pattern) + 10)
        },
      ),
      { numRuns: 300 },
    )
  })
})
