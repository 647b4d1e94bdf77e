import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { workspace } from './workspace.fixture.ts'

/**
 * Pieces of a module in which `name` is called, declared or merely said: with each name the very same
 * bytes around it, so that the module with the other name is what a codemod has to produce.
 */
const piece = fc.constantFrom<(name: string) => string>(
  (name) => `${name}(1,  "é😀", \`\${ ${name}(2) }\`)`,
  (name) => `if (x)\t${name}()   // target stays target ＝`,
  (name) => `export const e = <b title="target">{${name}()} target 日本\u00a0</b>`,
  (name) => `/* target() */ const o = { target: 1, ['ключ']: ${name}(o) }`,
  () => `const s = 'target()', r = /target\\(\\)/u`,
  () => `\tclass Ü { target() { return "\u2028" } }  `,
  () => '',
)
const lineBreak = fc.constantFrom('\n', '\r\n')

const module = fc
  .record({
    mark: fc.constantFrom('', '\uFEFF'),
    shebang: fc.constantFrom('', '#!/usr/bin/env node'),
    pieces: fc.array(fc.tuple(piece, lineBreak), { maxLength: 8 }),
    end: fc.constantFrom('', ';', '  '),
  })
  .map(({ mark, shebang, pieces, end }) => {
    const first = shebang === '' ? '' : `${shebang}\n`
    return (name: string) =>
      `${mark}${first}{${pieces.map(([text, next]) => `${next}{${text(name).replace(/^export /, '')}${next}}`).join('')}}${end}`
  })

const file = 'a.tsx'

describe('what is not rewritten', () => {
  it('is the same bytes as before, whatever marks, line breaks and letters a file has; a second run changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(module, async (text) => {
        const project = workspace({ [file]: text('target') })
        const body = { files: [file], pattern: 'target($$$A)', rewrite: 'übertragen($$$A)' }
        await project.attempt('rewrite_syntax', body)
        expect(project.bytes(file)).toEqual(Buffer.from(text('übertragen')))
        expect(await project.attempt('rewrite_syntax', body)).toMatchObject({ edits: 0 })
      }),
      { numRuns: 60 },
    )
  })

  it('is the same bytes after a rename, and renaming back gives the file as it was', async () => {
    await fc.assert(
      fc.asyncProperty(module, async (text) => {
        const declared = (name: string) => `${text(name)}\r\nfunction ${name}(...a) { return a }`
        const project = workspace({ [file]: declared('target') })
        const there = { file, name: 'target', to: 'übertragen' }
        const { edits } = await project.attempt('rename_symbol', there)
        expect(edits).toBe(declared('\0').split('\0').length - 1)
        expect(project.bytes(file)).toEqual(Buffer.from(declared('übertragen')))
        // What is left of the name is a member, which is renamed by its line alone.
        const again = await project.attempt('rename_symbol', there).then(
          (report) => report.edits,
          (error: { code: string }) => error.code,
        )
        expect([0, 'TASK_BODY_INVALID']).toContain(again)
        await project.attempt('rename_symbol', { file, name: 'übertragen', to: 'target' })
        expect(project.bytes(file)).toEqual(Buffer.from(declared('target')))
      }),
      { numRuns: 40 },
    )
  })
})
