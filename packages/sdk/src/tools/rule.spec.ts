import { expect, it } from 'vitest'
import { parseRule, printRule } from './rule.ts'

it.each([
  'files.read',
  'files.write(site/**)',
  'http.fetch(POST https://example.org/**)',
  'mcp:server.tool',
  'files.read(app/(shop)/[id]/page.tsx)',
  'command.run(git status)',
])('reads %s and prints it as it was', (text) => {
  expect(printRule(parseRule(text))).toBe(text)
})

it.each([
  '',
  'files.write(',
  'files.write()',
  'files.write)x(',
  'files write',
  '.read',
  'files.',
  'files.write(a)(b)',
  'files.write(a',
  'files.write(a(b)',
  'files.write(a)b)',
  'files.write()a()',
  'files.write( a)',
  'files.write(a )',
  'files.write(a\nb)',
  'files.write(a\u200bb)',
  'files.write(a\u202eb)',
  'files.write(a) ',
  'files.write(a)\n',
  'files.re\u0430d',
  ' files.read',
])('H5 X-05: refuses the malformed rule %j instead of ignoring it', (text) => {
  expect(() => parseRule(text)).toThrow(expect.objectContaining({ code: 'RULE_MALFORMED' }))
})
