import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandRules } from './command-rules.ts'

function subjectOf(command: string, ...args: string[]): string {
  const [subject, ...more] = commandRules.subjects({ command, args })
  expect(more).toEqual([])
  return subject ?? ''
}

const covers = (rule: string, words: readonly [string, ...string[]]) => commandRules.compile(rule)(subjectOf(...words))

const fold = (text: string) => commandRules.fold?.(text) ?? text

/** As the gateway asks a denial. */
function denies(rule: string, words: readonly [string, ...string[]]): boolean {
  return covers(rule, words) || commandRules.compile(fold(rule))(fold(subjectOf(...words)))
}

describe('a rule over programs', () => {
  it.each<[string, [string, ...string[]], boolean]>([
    ['git status', ['git', 'status'], true],
    ['git status', ['git', 'status', '--short'], false],
    ['git status', ['git'], false],
    ['git status', ['git status'], false],
    ['git *', ['git'], true],
    ['git *', ['git', 'push', '--force'], true],
    ['git *', ['gitk'], false],
    ['git:*', ['git', 'push'], true],
    ['npm run test:*', ['npm', 'run', 'test'], true],
    ['npm run test:*', ['npm', 'run', 'test', '--', '--watch'], true],
    ['npm run test:*', ['npm', 'run', 'test:unit'], false],
    ['npm run test:*', ['npm', 'run', 'testify'], false],
    ['git status', ['Git', 'status'], false],
    ['git status', ['/usr/bin/git', 'status'], false],
    ['/usr/bin/git *', ['/usr/bin/git', 'log'], true],
    ['/usr/bin/git *', ['git', 'log'], false],
    ['./build.sh', ['./build.sh'], true],
    ['./build.sh', ['build.sh'], false],
    ['echo a%20b', ['echo', 'a b'], true],
    ['echo a%20b', ['echo', 'a', 'b'], false],
    ['echo a b', ['echo', 'a b'], false],
    ['echo %2a', ['echo', '*'], true],
    ['echo %2A', ['echo', '*'], true],
    ['echo %', ['echo', ''], true],
    ['echo %25', ['echo', '%'], true],
    ['echo', ['echo', ''], false],
    ['cat größe.txt', ['cat', 'größe.txt'], true],
    ['git status', ['git', 'status;', 'rm'], false],
    ['git *', ['git;rm'], false],
    ['git *', ['git\nrm'], false],
    ['git *', ['git\u00a0push'], false],
  ])('H4: %s covers %j: %s', (rule, words, expected) => {
    expect(covers(rule, words)).toBe(expected)
  })

  it.each<[string, [string, ...string[]], boolean]>([
    ['rm *', ['rm', '-rf', 'x'], true],
    ['rm *', ['/bin/rm', '-rf', 'x'], true],
    ['rm *', ['./tools/rm'], true],
    ['rm *', ['RM', 'x'], true],
    ['/bin/rm *', ['rm', 'x'], true],
    ['/bin/rm *', ['/opt/rm', 'x'], false],
    ['git push *', ['git', 'PUSH'], true],
    ['git push *', ['git', 'pull'], false],
    ['rm *', ['rmdir', 'x'], false],
  ])('H5: as a denial, %s holds for %j: %s', (rule, words, expected) => {
    expect(denies(rule, words)).toBe(expected)
  })

  it.each(
    [
      ['', ' ', '*', ':*', 'git  status', ' git', 'git ', 'git * status', '* status', 'git st*', 'git:*x', '** x'],
      ['echo "a b"', "echo 'a'", 'git status;rm', 'a|b', 'a && b', 'a > b', '$HOME', '`id`', 'a(b)', 'a\\ b', 'a\tb'],
      ['~/bin/x', 'ls [ab]', 'ls {a,b}', 'ls ?', 'git !', '#', '%zz', '%2', 'a%', '../x', 'a/b', './../x', '/a/./b'],
      ['./', '/', '/bin//rm', 'echo \u200b'],
    ].flat(),
  )('X-05: refuses %j at load', (rule) => {
    expect(() => commandRules.compile(rule)).toThrow(expect.objectContaining({ code: 'RULE_MALFORMED' }))
  })

  it.each(['../x', 'a/b', './../x', '/bin/../bin/rm', '/bin//rm', '/bin/rm/', '.', '..', './', 'a\\b'])(
    'H5: refuses the program %j, which has more than one reading',
    (command) => {
      expect(() => subjectOf(command)).toThrow(expect.objectContaining({ code: 'COMMAND_REFUSED' }))
    },
  )

  it('H4: two calls name the same only if they are the same, and a word without a star covers one call', () => {
    const word = fc.string({ unit: 'binary', maxLength: 6 })
    const call = fc.array(fc.oneof(word, fc.constantFrom('', ' ', '%', '%20', '*', ':*', 'a b', 'a')), { maxLength: 4 })
    fc.assert(
      fc.property(call, call, (one, other) => {
        const subject = subjectOf('x', ...one)
        expect(subject === subjectOf('x', ...other)).toBe(JSON.stringify(one) === JSON.stringify(other))
        expect(commandRules.compile(subject)(subject)).toBe(true)
        expect(commandRules.compile(subject)(subjectOf('x', ...other))).toBe(
          JSON.stringify(one) === JSON.stringify(other),
        )
        expect(commandRules.compile('x *')(subject)).toBe(true)
        expect(commandRules.compile('y *')(subject)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })
})
