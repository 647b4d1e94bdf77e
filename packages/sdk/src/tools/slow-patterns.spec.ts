import { BosunError } from '@bosun/core'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { pathGlob, type PathGlob } from './path-glob.ts'

const a = (count: number) => 'a'.repeat(count)
const folders = (count: number, name = 'a') => `${name}/`.repeat(count)

/** Patterns of known attacks on matchers that backtrack, each with the path that it is slow on. */
const SLOW: readonly (readonly [what: string, pattern: string, path: string])[] = [
  ['nested groups (CVE-2026-27904)', '*(*(*(a|b)))', `${a(18)}c`],
  ['a group in a group (CVE-2026-27904)', '+(+(a))', `${a(30)}b`],
  ['any group of any (CVE-2026-27904)', '*(*(?))', `${a(30)}/`],
  ['eleven globstars (CVE-2026-27903)', `${folders(11, '**')}b`, `${folders(30)}c`],
  ['globstars between names (CVE-2026-27903)', '**/a/'.repeat(10).concat('b'), `${folders(40)}c`],
  ['many stars (CVE-2026-26996)', `${'*a'.repeat(20)}b`, a(60)],
  ['stars side by side (CVE-2026-26996)', `${'*'.repeat(60)}b`, a(120)],
  ['stars and question marks', `${'*?'.repeat(20)}b`, a(60)],
  ['question marks and stars', `${'?*'.repeat(20)}b`, a(60)],
  ['stars around dots', `${'*.'.repeat(20)}b`, `${'a.'.repeat(40)}c`],
  ['braces in braces', `${'{a,'.repeat(12)}b${'}'.repeat(12)}`, a(20)],
  ['braces side by side', `${'{a,b}'.repeat(20)}c`, a(21)],
  ['a range of braces', '{1..1000000}', '1'],
  ['open braces', '{'.repeat(60), a(20)],
  ['a class with everything', `${'[!b]*'.repeat(12)}b`, a(60)],
  ['open brackets', '['.repeat(60), a(20)],
  ['a class of a range', '[a-z]*'.repeat(12).concat('0'), a(60)],
  ['a named class', '[[:alpha:]]*'.repeat(12), a(60)],
  ['a negated group', '!(*a*)*b', `${a(60)}c`],
  ['negations in a row', '!'.repeat(60).concat('a'), a(20)],
  ['an optional group', '?(?(?(a)))'.repeat(6).concat('b'), a(30)],
  ['exactly one of many', `@(${Array.from({ length: 20 }, (_, index) => `a${index}|`).join('')}b)`, a(30)],
  ['back references', String.raw`(a*)*\1b`, a(30)],
  ['a regular expression', '^(a+)+$', `${a(30)}!`],
  ['alternatives that overlap', '(a|aa)+b', a(40)],
  ['white space', `${' *'.repeat(20)}b`, ' '.repeat(60)],
  ['escapes', String.raw`\*`.repeat(20).concat('*b'), `${'*'.repeat(40)}c`],
  ['globstars within names', 'a**b**c**d**e**f', `${a(60)}b`],
  ['globstars and stars', '**/*a*/'.repeat(8).concat('b'), `${folders(40, 'aaa')}c`],
  ['a star in each folder', '*/'.repeat(40).concat('b'), `${folders(60)}c`],
  ['globstars before a name that is not there', '**/a/**/a/**/a/**/a/**/c', `${folders(60)}b`],
  ['characters above the plane', '*\u{1F600}'.repeat(12).concat('b'), '\u{1F600}'.repeat(40)],
]

/** What a matcher that backtracks makes of stars and question marks; in a thread, since it may take for ever. */
const NAIVE = `
const { parentPort, workerData: [pattern, path] } = require('node:worker_threads')
const source = pattern.replaceAll('?', '[^/]').replaceAll('*', '[^/]*')
parentPort.postMessage(new RegExp('^' + source + '$').test(path))
`

function naiveIsDone(pattern: string, path: string, withinMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const thread = new Worker(NAIVE, { eval: true, workerData: [pattern, path] })
  const timer = setTimeout(() => resolve(false), withinMs)
  thread.once('message', () => resolve(true)).once('error', () => resolve(true))
  return promise.finally(() => {
    clearTimeout(timer)
    return thread.terminate()
  })
}

/** Nothing where the pattern is refused by its own code. */
function globOf(pattern: string): PathGlob | undefined {
  try {
    return pathGlob(pattern)
  } catch (error) {
    if (BosunError.is(error, 'RULE_MALFORMED')) return undefined
    throw error
  }
}

describe('H15: patterns that are slow elsewhere', () => {
  it('are at least thirty', () => {
    expect(SLOW.length).toBeGreaterThanOrEqual(30)
  })

  it.each(SLOW)('%s: refused by name, or answered without trying twice', (_, pattern, path) => {
    const glob = globOf(pattern)
    // A hundred times as often and on a path a hundred times as long: what is not linear shows.
    for (let count = 0; count < 100; count += 1) glob?.matches(path)
    expect(glob?.matches(path.repeat(100)) ?? false).toBe(false)
  })

  it('are slow: a matcher that backtracks does not come to an end', { timeout: 60_000 }, async () => {
    const [, pattern = '', path = ''] = SLOW.find(([what]) => what === 'stars and question marks') ?? []
    expect(await naiveIsDone('*a*b', 'aab', 30_000)).toBe(true)
    expect(await naiveIsDone(pattern, path, 2_000)).toBe(false)
  })
})
