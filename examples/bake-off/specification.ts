import type { Check } from './judge/check.ts'

/** Checks about one part of the pattern language, and who says so. */
export interface Section {
  /** Lower-case letters and dashes: part of task ids. */
  readonly name: string
  readonly title: string
  readonly source: string
  /** Whether the time that its checks take is shown. */
  readonly timed: boolean
  readonly checks: readonly Check[]
}

const BASH = 'Bash Reference Manual 3.5.8.1, Pattern Matching'
const POSIX = 'POSIX Shell Command Language, Pattern Matching Notation'

/** Pattern, paths that it matches, paths that it does not. */
type Row = readonly [pattern: string, matches: readonly string[], rejects: readonly string[]]

/**
 * What is asked: which paths of a folder a pattern names in Bash, with `extglob` and `globstar` set and nothing
 * else. The rows were written from the two manuals; a spec asks the installed Bash each of them.
 */
export const specification: readonly Section[] = [
  table('literals', 'Literal text', POSIX, [
    ['a.txt', ['a.txt'], ['A.txt', 'aXtxt', 'a.txt.bak', 'b/a.txt', 'a.tx']],
    ['src/index.ts', ['src/index.ts'], ['index.ts', 'src/index_ts', 'src/index.ts/x', 'lib/src/index.ts']],
    ['README', ['README'], ['readme', 'README.md']],
    ['a+b.txt', ['a+b.txt'], ['aab.txt', 'ab.txt']],
    ['v1.0^2', ['v1.0^2'], ['v1.0', 'v1x0^2']],
    ['100%', ['100%'], ['100', '100%%']],
    ['my file.txt', ['my file.txt'], ['myfile.txt', 'my_file.txt']],
    ['naïve/öl.md', ['naïve/öl.md'], ['naive/öl.md', 'naïve/ol.md']],
    ['a,b', ['a,b'], ['a', 'b']],
  ]),
  table('stars', 'One star', POSIX, [
    ['*', ['a', 'a.b', 'öl'], ['a/b', '.a']],
    ['*.js', ['a.js', 'a.min.js'], ['a.jsx', 'a.ts', 'src/a.js', '.js']],
    ['a*', ['a', 'ab', 'a.b'], ['ba', 'a/b', 'b']],
    ['a*c', ['ac', 'abc', 'a.c', 'abcc'], ['ab', 'abcd', 'a/c']],
    ['*a*', ['a', 'xa', 'ax', 'bab'], ['b', 'x/a']],
    ['src/*.ts', ['src/a.ts'], ['src/a/b.ts', 'a.ts', 'src/.ts', 'src/a.tsx']],
    ['src/*/index.ts', ['src/a/index.ts'], ['src/index.ts', 'src/a/b/index.ts', 'src/.a/index.ts']],
    ['*/*', ['a/b'], ['a', 'a/b/c', '.a/b', 'a/.b']],
    ['a*.*b', ['a.b', 'ax.yb', 'a..b'], ['ab', 'a.bc']],
    ['*a*b*c', ['abc', 'xaybzc', 'abcabc'], ['acb', 'abcd', 'cba']],
    ['a**b', ['ab', 'axb', 'axyb'], ['a/b', 'a/x/b']],
  ]),
  table('questions', 'Question marks', POSIX, [
    ['?', ['a', '1'], ['ab', 'a/b']],
    ['?.js', ['a.js'], ['ab.js', '.js', 'a.jsx']],
    ['a?c', ['abc', 'a.c', 'a-c'], ['ac', 'abbc', 'a/c']],
    ['??', ['ab', 'a.'], ['a', 'abc', '.a']],
    ['?*', ['a', 'ab'], ['.a', 'a/b']],
    ['caf?', ['café', 'cafe'], ['caf', 'cafés']],
    ['?.md', ['😀.md', 'é.md'], ['ab.md']],
    ['a??', ['abc', 'a日本'], ['ab', 'abcd']],
  ]),
  table('brackets', 'Bracket expressions', POSIX, [
    ['[abc].js', ['a.js', 'c.js'], ['d.js', 'ab.js', '.js']],
    ['[a-c]', ['a', 'b', 'c'], ['d', 'ab', '-']],
    ['[a-cx-z0]', ['b', 'y', '0'], ['d', 'w', '1']],
    ['[!a]', ['b', '1', '!'], ['a', 'bb']],
    ['x[!a-c]', ['xd', 'x-', 'x!'], ['xa', 'xb', 'x']],
    ['x[^a]', ['xb', 'x^'], ['xa', 'x']],
    ['x[]a]', ['x]', 'xa'], ['x', 'xb', 'x]a]']],
    ['x[!]a]', ['xb', 'x['], ['x]', 'xa']],
    ['x[a-]', ['xa', 'x-'], ['xb', 'x']],
    ['x[-a]', ['xa', 'x-'], ['xb', 'x']],
    ['x[*?]', ['x*', 'x?'], ['xa', 'x']],
    ['x[.]y', ['x.y'], ['xay', 'xy']],
    ['x[+^]', ['x+', 'x^'], ['xa', 'x']],
    ['[[:digit:]]', ['0', '7'], ['a', '77', 'd']],
    ['[[:alpha:][:digit:]_]x', ['ax', '7x', '_x'], ['-x', 'x']],
    ['[![:digit:]]', ['a', 'd'], ['0', '7']],
    ['v[0-9].[0-9]', ['v1.2'], ['v1.10', 'va.b', 'v12']],
    ['a[b', ['a[b'], ['ab', 'a']],
    ['[a-c]*', ['a', 'bxy'], ['d', 'xa', 'a/b']],
    ['x[!a]y', ['xby', 'x.y'], ['xay', 'x/y', 'xy']],
  ]),
  table('globstar', 'Two stars', `${BASH}, globstar`, [
    ['**', ['a', 'a/b', 'a/b/c.js'], ['.a', 'a/.b', '.a/b']],
    ['**/*.js', ['a.js', 'a/b.js', 'a/b/c.js'], ['a.ts', 'a/b.jsx']],
    ['src/**', ['src/a', 'src/a/b/c'], ['a/src', 'lib/a', 'srcs/a']],
    ['src/**/*.ts', ['src/a.ts', 'src/x/y/a.ts'], ['a.ts', 'src/a.js', 'lib/src/a.ts']],
    ['src/**/index.ts', ['src/index.ts', 'src/a/index.ts', 'src/a/b/index.ts'], ['index.ts', 'src/myindex.ts']],
    ['**/a', ['a', 'x/a', 'x/y/a'], ['ba', 'a/b', 'x/ba']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'a/bx', 'x/a/b']],
    ['**/a/**/b', ['a/b', 'x/a/y/b', 'a/y/z/b'], ['a', 'b', 'xa/b']],
    ['a/**/b/**/c', ['a/b/c', 'a/x/b/y/z/c'], ['a/c', 'a/b', 'a/c/b']],
    ['**.js', ['a.js', 'ab.js'], ['a/b.js', '.js']],
    ['a**/b', ['a/b', 'ax/b'], ['a/x/b', 'b']],
    ['**/**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/a']],
    ['*/**/x', ['a/x', 'a/b/x'], ['x', '.a/x']],
  ]),
  table('dotfiles', 'Names with a leading dot', POSIX, [
    ['*', ['env'], ['.env', 'a/b']],
    ['.*', ['.env', '.a.b'], ['env', 'a.env']],
    ['.e*', ['.env'], ['env', '.a']],
    ['?env', ['xenv'], ['.env', 'env']],
    ['[.]env', [], ['.env', 'env', 'xenv']],
    ['[!a]env', ['benv'], ['.env', 'aenv']],
    ['*/.x', ['a/.x'], ['.x', '.a/.x', 'a/x']],
    ['.github/**', ['.github/a', '.github/a/b.yml'], ['github/a', '.github/.x', 'a/.github/b']],
    ['**/*.json', ['a.json', 'x/a.json'], ['.a.json', '.x/a.json', 'x/.y/a.json']],
    ['**/.x', ['.x', 'a/.x', 'a/b/.x'], ['x', '.a/.x']],
    ['*.', ['a.'], ['a', '.a']],
    ['a.*', ['a.b', 'a.', 'a..'], ['a', 'ab', '.a.b']],
  ]),
  table('braces', 'Braces', 'Bash Reference Manual 3.5.1, Brace Expansion', [
    ['a.{js,ts}', ['a.js', 'a.ts'], ['a.', 'a.jsts', 'a.{js,ts}', 'a.jsx']],
    ['*.{js,ts}', ['a.js', 'b.ts'], ['a.jsx', 'a.css', '.js', 'x/a.js']],
    ['{src,test}/*.ts', ['src/a.ts', 'test/a.ts'], ['lib/a.ts', 'src/x/a.ts']],
    ['{a,b}{1,2}', ['a1', 'a2', 'b1', 'b2'], ['a', '1', 'ab', 'a3']],
    ['{a,b{c,d}}x', ['ax', 'bcx', 'bdx'], ['bx', 'cx', 'abx']],
    ['a{,b}', ['a', 'ab'], ['abb', 'a{,b}']],
    ['{a,bc,}.x', ['a.x', 'bc.x'], ['abc.x', 'b.x']],
    ['{src/**,*}.js', ['a.js', 'src/b.js'], ['b/a.js', 'a.ts']],
    ['f{1..3}', ['f1', 'f2', 'f3'], ['f0', 'f4', 'f12', 'f{1..3}']],
    ['f{3..1}', ['f1', 'f2', 'f3'], ['f0', 'f4']],
    ['f{a..c}', ['fa', 'fb', 'fc'], ['fd', 'f', 'fabc']],
    ['f{08..10}', ['f08', 'f09', 'f10'], ['f8', 'f9', 'f010']],
    ['f{1..7..3}', ['f1', 'f4', 'f7'], ['f2', 'f3', 'f5']],
    ['f{-1..1}', ['f-1', 'f0', 'f1'], ['f-2', 'f2', 'f']],
    ['{a}', ['{a}'], ['a']],
    ['a{}', ['a{}'], ['a']],
    ['{a,b', ['{a,b'], ['a', 'b']],
    ['{a*,b?}', ['axy', 'a', 'bx'], ['b', 'bxy', '{a*,b?}']],
  ]),
  table('extglob', 'Extended patterns', `${BASH}, extglob`, [
    ['@(a|b).js', ['a.js', 'b.js'], ['ab.js', '.js', 'c.js', '@(a|b).js']],
    ['x?(a)y', ['xy', 'xay'], ['xaay', 'xby']],
    ['x*(ab)y', ['xy', 'xaby', 'xababy'], ['xay', 'xabay']],
    ['x+(ab)y', ['xaby', 'xababy'], ['xy', 'xay']],
    ['x+(a|b)y', ['xay', 'xbay'], ['xy', 'xcy']],
    ['+([0-9]).txt', ['0.txt', '2024.txt'], ['a.txt', '1a.txt', '.txt']],
    ['x!(a)', ['x', 'xb', 'xaa'], ['xa']],
    ['!(a).js', ['b.js', 'aa.js', 'ba.js'], ['a.js', 'x/b.js', 'b.ts']],
    ['!(*.test).ts', ['a.ts', 'test.ts'], ['a.test.ts', 'a.js']],
    ['!(a|b)', ['c', 'ab'], ['a', 'b']],
    ['*.!(js|ts)', ['a.css', 'a.jsx'], ['a.js', 'a.ts']],
    ['*.@(js|ts)', ['a.js', 'x.y.ts'], ['a.css', 'a.jsts', '.js']],
    ['a@(b|c*)d', ['abd', 'acd', 'acxyd'], ['ad', 'abcd', 'ac/d']],
    ['@(a|+(b|c))x', ['ax', 'bx', 'bcbx'], ['x', 'abx']],
    ['x+(+(a|b)|c)y', ['xay', 'xabcbay'], ['xy', 'xady']],
    ['@(src|lib)/*.ts', ['src/a.ts', 'lib/b.ts'], ['test/a.ts', 'src/x/a.ts']],
    ['x?(a|b|)y', ['xy', 'xay', 'xby'], ['xaby']],
    ['**/@(a|b)/*.js', ['a/x.js', 'y/b/x.js'], ['x.js', 'c/x.js', 'a/y/x.js']],
    ['x@(.|-)y', ['x.y', 'x-y'], ['xy', 'x+y']],
  ]),
  table('escapes', 'Backslashes', POSIX, [
    [String.raw`\*.js`, ['*.js'], ['a.js', String.raw`\*.js`]],
    [String.raw`a\?`, ['a?'], ['ab', 'a']],
    [String.raw`\[a]`, ['[a]'], ['a']],
    [String.raw`\{a,b}`, ['{a,b}'], ['a', 'b']],
    [String.raw`{a\,b,c}`, ['a,b', 'c'], ['a', 'b']],
    [String.raw`\a\b`, ['ab'], [String.raw`\a\b`]],
    [String.raw`x[\]]`, ['x]'], ['x', String.raw`x\]`]],
    [String.raw`x[a\-c]`, ['xa', 'x-', 'xc'], ['xb']],
    [String.raw`x\+\(a\)`, ['x+(a)'], ['xa', 'xaa']],
    [String.raw`*\**`, ['a*b', '*', 'x*'], ['ab']],
  ]),
  {
    name: 'laws',
    title: 'Laws, for any input',
    source: `${BASH}; the statement of each law is in judge/laws.ts`,
    timed: false,
    checks: [
      'literal',
      'star',
      'segment',
      'globstar',
      'escape',
      'braces',
      'complement',
      'choice',
      'negation',
      'again',
    ].map((name) => ({ kind: 'property', id: `laws-${name}`, name, seed: 60, runs: 200 })),
  },
  {
    ...table('patience', 'Patterns that make backtracking slow', `${POSIX}; an answer is due in seconds`, [
      [`${'*a'.repeat(16)}*b`, [`${'a'.repeat(16)}b`], ['a'.repeat(48)]],
    ]),
    timed: false,
  },
]

// ---------------------------------------------------------------------------------------------

function table(name: string, title: string, source: string, rows: readonly Row[]): Section {
  const checks = rows.map(([pattern, matches, rejects], index): Check => {
    const id = `${name}-${String(index + 1).padStart(2, '0')}`
    return { kind: 'table', id, pattern, matches: [...matches], rejects: [...rejects] }
  })
  return { name, title, source, timed: true, checks }
}
