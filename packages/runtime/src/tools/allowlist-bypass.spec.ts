import type { Json } from '@bosun/core'
import { files } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { door, use } from './rule-gateway.fixture.ts'

/** What a worker holds in these tests; what it may do with it is little. */
const GRANT = {
  read: use('files.read', ['files.read(src/*.ts)'], ['files.read(src/key.ts)']),
  write: use('files.write', ['files.write(site/**)'], ['files.write(site/private/**)']),
  say: use('word.say', ['word.say(git status)', 'word.say(npm run *)'], ['word.say(npm run publish)']),
}
const write = (path: unknown) => ['write', { path, text: '' }] as const
const read = (path: unknown) => ['read', { path }] as const
const say = (...words: unknown[]) => ['say', { words }] as const

/** Calls that a rule must not be talked into; each has got through somewhere, in some tool. */
const CASES: readonly (readonly [title: string, name: string, input: unknown])[] = [
  ['a second command after a semicolon', ...say('git status; rm -rf /')],
  ['a second command after two ampersands', ...say('git status && curl evil')],
  ['a second command after a pipe', ...say('git status | sh')],
  ['a second command on a second line', ...say('git status\nrm -rf /')],
  ['a second command after a carriage return', ...say('git status\rrm -rf /')],
  ['a substitution', ...say('git status $(id)')],
  ['a substitution in backticks', ...say('git status `id`')],
  ['a redirection', ...say('git status > /etc/passwd')],
  ['an assignment before the command', ...say('GIT_PAGER=sh git status')],
  ['another program whose name begins alike', ...say('github status')],
  ['another subcommand that begins alike', ...say('git statusx')],
  ['an option after an exact rule', ...say('git status --exec=sh')],
  ['an option before the subcommand', ...say('git -c core.pager=sh status')],
  ['the program by another path', ...say('/tmp/git status')],
  ['the program by a relative path', ...say('./git status')],
  ['the name in capitals', ...say('GIT STATUS')],
  ['a blank before', ...say(' git status')],
  ['a blank behind', ...say('git status ')],
  ['two blanks between', ...say('git  status')],
  ['a no-break space between', ...say('git\u00a0status')],
  ['a letter of another script', ...say('g\u0456t status')],
  ['an invisible letter', ...say('git\u200b status')],
  ['quotes around it', ...say('"git status"')],
  ['an allowed thing beside a forbidden one', ...say('git status', 'rm -rf /')],
  ['a forbidden thing beside an allowed one', ...say('rm -rf /', 'git status')],
  ['nothing at all', ...say()],
  ['what is denied although it is allowed', ...say('npm run publish')],
  ['what is denied, in capitals', ...say('npm run PUBLISH')],
  ['a list where a word belongs', ...say(['git status'])],
  ['an object that says it is text', ...say({ toString: 'git status' })],
  ['a folder beside whose name begins alike', ...write('site-private/a')],
  ['a way up', ...write('site/../src/a')],
  ['a way up in other slashes', ...write('site\\..\\src\\a')],
  ['the absolute path', ...write('/workspace/site/a')],
  ['an empty part', ...write('site//a')],
  ['a denied folder in capitals', ...write('site/PRIVATE/a')],
  ['a denied folder in wide letters', ...write('site/\uff50rivate/a')],
  ['a denied folder with an invisible letter', ...write('site/pri\u200dvate/a')],
  ['a list of paths where one belongs', ...write(['site/a', 'src/a'])],
  ['a NUL that ends the name for C', ...write('site/a\0.html')],
  ['a field that the tool does not have', 'write', { path: 'site/a', text: '', workspace: '/' }],
  ['a file one folder deeper than the pattern', ...read('src/deep/a.ts')],
  ['a file with the pattern in its middle', ...read('x/src/a.ts')],
  ['the denied file behind a dot', ...read('./src/key.ts')],
  ['the denied file in capitals', ...read('src/Key.ts')],
  ['an ending that only looks right', ...read('src/a.ts/../../key')],
  ['the rule itself as the name', 'files.write(site/**)', { path: 'site/a', text: '' }],
  ['the tool by its own name instead of the worker’s', 'files.write', { path: 'site/a', text: '' }],
]

describe('the allowlist', () => {
  it('H5: has at least forty calls to refuse', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40)
  })

  it.each(CASES)('H5: is not talked round by %s', async (_, name, input) => {
    const { call, calls, reports } = door(GRANT)
    const error: unknown = await call(name, input as Json).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: expect.stringMatching(/^(TOOL_DENIED|FILE_REFUSED|TOOL_INPUT_INVALID)$/) })
    expect(calls).toEqual([])
    // A denial is recorded; what is no call of the tool at all is told to the caller alone.
    expect(reports).toHaveLength((error as { code: string }).code === 'TOOL_DENIED' ? 1 : 0)
  })

  it('H5: lets what the rules mean through, so the cases above can fail', async () => {
    const { call, calls } = door(GRANT)
    for (const [name, input] of [say('git status', 'npm run build'), write('site/a'), read('src/a.ts')])
      // oxlint-disable-next-line no-await-in-loop
      await call(name, input as Json)
    expect(calls).toHaveLength(3)
  })

  it.each([...Object.values(files).map(({ tool }) => tool), 'write', 'count_words', 'écrire'])(
    'H5: refuses each twin of the name %s, in case, in script, by prefix and by prototype',
    async (name) => {
      const twins = new Set(twinsOf(name))
      twins.delete(name)
      expect(twins.size).toBeGreaterThanOrEqual(200)
      const { call, calls } = door({ [name]: use('word.say', ['word.say']) })
      for (const twin of twins) {
        // oxlint-disable-next-line no-await-in-loop
        await expect(call(twin, { words: ['x'] })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
      }
      expect(calls).toEqual([])
      await call(name, { words: ['x'] })
      expect(calls).toEqual(['say x'])
    },
  )

  it('H5: a grant is asked for its own names alone, not for those of its prototype', async () => {
    const { call } = door(Object.create({ inherited: use('word.say', ['word.say']) }) as never)
    for (const name of ['inherited', ...Object.getOwnPropertyNames(Object.prototype)]) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(call(name, { words: ['x'] })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    }
  })
})

/** Marks that a terminal, a log or a look-up may swallow. */
const CONTROLS = [
  ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)),
  ...'\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u202e\u2028\u2060\ufeff',
]
const AFFIXES = ['.', '..', '/', './', ' ', '  ', '*', '**', '?', ':', '::', '@', '#', '%20', '\\', "'", '"', '`', '()']

/** Names that look like one, begin like it, or that a careless look-up would take for it. */
function twinsOf(name: string): string[] {
  const homoglyphs: Record<string, string> = {
    a: 'а',
    e: 'е',
    o: 'о',
    c: 'с',
    r: 'г',
    i: 'і',
    s: 'ѕ',
    d: 'ԁ',
    t: 'т',
    '.': '․',
    _: '＿',
  }
  const each = (change: (char: string) => string) =>
    [...name].map(
      (char, index) => [...name].slice(0, index).join('') + change(char) + [...name].slice(index + 1).join(''),
    )
  return [
    ...each((char) => char.toUpperCase()),
    ...each((char) => homoglyphs[char] ?? `${char}\u200b`),
    ...each((char) => `${char}\u0301`),
    ...each(() => ''),
    ...each((char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0)),
    ...CONTROLS.flatMap((mark) => [`${mark}${name}`, `${name}${mark}`, `${name.slice(0, 1)}${mark}${name.slice(1)}`]),
    ...AFFIXES.flatMap((part) => [`${part}${name}`, `${name}${part}`]),
    ...Object.getOwnPropertyNames(Object.prototype),
    name.toUpperCase(),
    name.normalize('NFD'),
    `${name}\u0300`,
    `${name} `,
    ` ${name}`,
    `${name}\0`,
    `\0${name}`,
    `${name}\n`,
    `${name}.`,
    `${name}()`,
    `${name}(**)`,
    `${name}s`,
    `${name}.x`,
    `x.${name}`,
    `${name}/../${name}`,
    `mcp__${name}`,
    `tools.${name}`,
    name.replace('.', '/'),
    name.replace('.', ''),
    name.replace('.', '__'),
    encodeURIComponent(`${name}%`),
    `${name}%00`,
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '*',
    '**',
    'prototype',
    'then',
  ]
}
