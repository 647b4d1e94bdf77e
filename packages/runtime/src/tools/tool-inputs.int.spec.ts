import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BosunError, parseJson, type Json } from '@bosun/core'
import { corpusPath } from '@bosun/corpora'
import { defineTool, files, type AnyToolHandler } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { door, use } from './rule-gateway.fixture.ts'

const corpus = corpusPath('json-parsing/test_parsing')
if (corpus === undefined) console.warn('H14 is not tested against the corpus of JSON files: it is absent.')

/** An input that each tool takes. */
const VALID: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  read: { path: 'a' },
  list: { path: 'a' },
  search: { path: 'a', text: 'x' },
  write: { path: 'a', text: 'x' },
  edit: { path: 'a', oldText: 'x', newText: 'y' },
  move: { from: 'a', to: 'b' },
  delete: { path: 'a' },
}

/** A gateway over all file tools, whose code notes what reaches it and gives nothing back. */
function doorOfFiles() {
  const taken: unknown[] = []
  const handlers = Object.values(files).map(
    (tool) =>
      defineTool(tool as never, (input: unknown) => {
        taken.push(input)
        return undefined as never
      }) as AnyToolHandler,
  )
  const tools = Object.fromEntries(Object.entries(files).map(([name, { tool }]) => [name, use(tool, [`${tool}(**)`])]))
  const { call } = door(tools, { handlers })
  const codeOf = (name: string, input: Json) =>
    call(name, input).then(
      () => 'done',
      (error: unknown) => (BosunError.is(error) ? error.code : `${String(error)} is no error of ours`),
    )
  return { codeOf, taken }
}

describe('inputs of the file tools', () => {
  it('reach the tool when they fit, so the refusals below mean something', async () => {
    const { codeOf, taken } = doorOfFiles()
    expect(Object.keys(VALID)).toEqual(Object.keys(files))
    for (const [name, input] of Object.entries(VALID)) {
      // The tool answers with nothing, which is no answer of a file tool.
      // oxlint-disable-next-line no-await-in-loop
      expect(await codeOf(name, input)).toBe('TOOL_FAILED')
    }
    expect(taken).toEqual(Object.values(VALID).map((input) => expect.objectContaining(input)))
  })

  it('H13: with keys that reach a prototype are refused, wherever the keys stand', async () => {
    const { codeOf, taken } = doorOfFiles()
    const before = Object.getOwnPropertyNames(Object.prototype)
    let tries = 0
    for (const [name, input] of Object.entries(VALID))
      for (const key of ['__proto__', 'constructor', 'prototype'])
        for (const value of ['{"polluted":1}', '{"prototype":{"polluted":1}}', 'null', '["a"]'])
          for (const member of [`"${key}":${value}`, `"path":{"${key}":${value}}`, `"x":[[{"${key}":${value}}]]`]) {
            const body = JSON.parse(`{${JSON.stringify(input).slice(1, -1)},${member}}`) as Json
            // oxlint-disable-next-line no-await-in-loop
            expect(await codeOf(name, body)).toBe('TOOL_INPUT_INVALID')
            tries += 1
          }
    expect(tries).toBeGreaterThanOrEqual(60 * 4)
    expect(taken).toEqual([])
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it.each([65, 10_000, 1_000_000])('H14: of %d levels are refused without an overflow', async (depth) => {
    const { codeOf, taken } = doorOfFiles()
    for (const name of Object.keys(VALID)) {
      let nested: Json = 'a'
      for (let level = 0; level < depth; level += 1) nested = level % 2 === 0 ? [nested] : { path: nested }
      // oxlint-disable-next-line no-await-in-loop
      expect(await codeOf(name, nested)).toBe('TOOL_INPUT_INVALID')
      // oxlint-disable-next-line no-await-in-loop
      expect(await codeOf(name, { ...VALID[name], path: nested })).toBe('TOOL_INPUT_INVALID')
    }
    expect(taken).toEqual([])
  })

  it.skipIf(corpus === undefined)(
    'H14: whatever JSON a caller makes of the files of the corpus, it is refused by name or is an input as any other',
    async () => {
      const { codeOf, taken } = doorOfFiles()
      const tally: Record<string, number> = {}
      for (const file of readdirSync(corpus ?? '')) {
        const value = jsonOf(readFileSync(join(corpus ?? '', file)))
        if (value === undefined) continue
        for (const [name, input] of Object.entries(VALID)) {
          const first = Object.keys(input)[0] ?? ''
          for (const body of [value, { ...input, [first]: value }, { ...input, more: value }]) {
            // oxlint-disable-next-line no-await-in-loop
            const code = await codeOf(name, body)
            tally[code] = (tally[code] ?? 0) + 1
          }
        }
      }
      console.info(`H14: ${JSON.stringify(tally)}`)
      expect(['FILE_REFUSED', 'TOOL_FAILED', 'TOOL_INPUT_INVALID']).toEqual(expect.arrayContaining(Object.keys(tally)))
      expect(tally['TOOL_FAILED']).toBe(taken.length)
      for (const input of taken)
        expect(Object.values(input as object).some((one) => typeof one === 'object')).toBe(false)
    },
  )
})

/** What our reader makes of a text, or, of what it refuses, what a laxer one would. */
function jsonOf(bytes: Buffer): Json | undefined {
  for (const read of [() => parseJson(bytes, 'corpus'), () => JSON.parse(bytes.toString()) as Json])
    try {
      return read()
    } catch {
      // Most of the corpus is no JSON at all.
    }
  return undefined
}
