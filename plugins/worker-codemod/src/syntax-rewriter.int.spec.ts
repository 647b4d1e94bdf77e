import { describe, expect, it } from 'vitest'
import { syntaxRewriter } from './syntax-rewriter.ts'
import { workspace } from './workspace.fixture.ts'

const LOG = { pattern: 'console.log($$$ARGS)', rewrite: 'logger.info($$$ARGS)' }

async function rewritten(text: string, rule: { pattern: string; rewrite: string }, path = 'a.ts') {
  const project = workspace({ [path]: text })
  const report = await project.attempt('rewrite_syntax', { files: [path], ...rule })
  return { report, text: project.text(path) }
}

describe('rewrite_syntax', () => {
  it.each(syntaxRewriter.examples.map((example) => [example.name, example] as const))(
    'does as its example says: %s',
    async (_, { body, files, result }) => {
      expect(await workspace(files ?? {}).attempt('rewrite_syntax', body as object)).toEqual(result)
    },
  )

  it('M-61: rewrites every match in every file, and names the changed ones with count, line and text', async () => {
    const project = workspace({
      'src/a.ts': `console.log(1)\nif (x) console.log('two',  2, /* kept */ [3])\n`,
      'src/b.tsx': `export const B = () => <p onClick={() => console.log('x')}>console.log(1)</p>\n`,
      'src/c.js': `// console.log(1)\nconst s = 'console.log(1)'\n`,
    })
    const report = await project.attempt('rewrite_syntax', { files: ['src/a.ts', 'src/b.tsx', 'src/c.js'], ...LOG })
    expect(report).toMatchObject({ filesRead: 3, edits: 3 })
    expect(report.files.map(({ path, edits }) => [path, edits])).toEqual([
      ['src/a.ts', 2],
      ['src/b.tsx', 1],
    ])
    expect(report.files[0]?.changes[1]).toEqual({
      line: 2,
      before: `console.log('two',  2, /* kept */ [3])`,
      after: `logger.info('two',  2, /* kept */ [3])`,
    })
    expect(project.text('src/a.ts')).toBe(`logger.info(1)\nif (x) logger.info('two',  2, /* kept */ [3])\n`)
    expect(project.text('src/b.tsx')).toContain(`logger.info('x')}>console.log(1)<`)
    expect(project.text('src/c.js')).toBe(`// console.log(1)\nconst s = 'console.log(1)'\n`)
  })

  it('rewrites matches inside of matches in the same pass', async () => {
    const { text, report } = await rewritten('f(f(1), g(f(2)))\n', { pattern: 'f($$$A)', rewrite: 'h($$$A)' })
    expect([text, report.edits]).toEqual(['h(h(1), g(h(2)))\n', 3])
  })

  it('moves what single variables capture', async () => {
    const rule = { pattern: 'assert.equal($A, $B)', rewrite: 'expect($A).toBe($B)' }
    expect((await rewritten(`assert.equal(f( 1 ), 'é')`, rule)).text).toBe(`expect(f( 1 )).toBe('é')`)
  })

  it('takes the line breaks of the file for those of the rewrite', async () => {
    const rule = { pattern: 'a()', rewrite: 'b(\n  1,\n)' }
    expect((await rewritten('a()\r\nc()\r\n', rule)).text).toBe('b(\r\n  1,\r\n)\r\nc()\r\n')
    expect((await rewritten('a()\nc()\n', rule)).text).toBe('b(\n  1,\n)\nc()\n')
  })

  it('writes nothing where nothing matches, and where a match stays as it is', async () => {
    const same = { pattern: 'f($A)', rewrite: 'f($A)' }
    expect((await rewritten('f(1)\n', same)).report).toEqual({ filesRead: 1, edits: 0, files: [] })
    expect((await rewritten('g(1)\n', same)).report).toEqual({ filesRead: 1, edits: 0, files: [] })
  })

  it('fails on a file that cannot be parsed, with the place, and leaves every file alone', async () => {
    const project = workspace({ 'a.ts': 'console.log(1)\n', 'b.ts': 'const x = 1\nfoo(\n' })
    await expect(project.attempt('rewrite_syntax', { files: ['a.ts', 'b.ts'], ...LOG })).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      at: 'b.ts:3:1',
    })
    expect(project.text('a.ts')).toBe('console.log(1)\n')
  })

  it('fails on a rewrite that would leave what cannot be parsed, with the place, and writes nothing', async () => {
    const project = workspace({ 'a.ts': 'const x = f(1)\n' })
    const body = { files: ['a.ts'], pattern: 'f($A)', rewrite: 'if ($A) {' }
    await expect(project.attempt('rewrite_syntax', body)).rejects.toMatchObject({
      code: 'TASK_BODY_INVALID',
      at: expect.stringMatching(/^a\.ts:1:/),
    })
    expect(project.text('a.ts')).toBe('const x = f(1)\n')
  })

  it.each(['foo(', 'a b', '} {'])('fails on the pattern %j instead of finding nothing', async (pattern) => {
    await expect(rewritten('foo(1)\n', { pattern, rewrite: '' })).rejects.toMatchObject({
      code: 'TASK_BODY_INVALID',
      at: 'pattern',
    })
  })

  it('fails on a file that is not text, and on one that is missing', async () => {
    const project = workspace({ 'a.ts': Buffer.from([0x66, 0x28, 0xff, 0x29]) })
    await expect(project.attempt('rewrite_syntax', { files: ['a.ts'], ...LOG })).rejects.toMatchObject({
      code: 'FILE_NOT_TEXT',
    })
    await expect(project.attempt('rewrite_syntax', { files: ['b.ts'], ...LOG })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    })
  })

  it.each([
    [{ ...LOG, files: [] }, 'no file'],
    [{ ...LOG, files: ['a.ts', 'a.ts'] }, 'a file twice'],
    [{ ...LOG, files: ['a.py'] }, 'another language'],
    [{ files: ['a.ts'], pattern: '$A', rewrite: 'x' }, 'a pattern of everything'],
    [{ files: ['a.ts'], pattern: 'f($A)', rewrite: 'g($B)' }, 'a variable that is not captured'],
    [{ files: ['a.ts'], pattern: 'f($$$A)', rewrite: 'g($A)' }, 'a variable in another form'],
    [{ files: ['a.ts'], pattern: 'f($_)', rewrite: 'g($_)' }, 'a variable that captures nothing'],
    [{ files: ['a.ts'], pattern: 'f', rewrite: '\uD800' }, 'half a character'],
    [{ ...LOG, files: ['a.ts'], dry: true }, 'an unknown field'],
  ])('T-02: refuses the body %j before anything is read: %s', (body: object, _why: string) => {
    expect(syntaxRewriter.body.safeParse(body).success).toBe(false)
  })
})
