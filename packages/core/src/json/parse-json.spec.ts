import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { corpusPath } from '@bosun/corpora'
import { describe, expect, it } from 'vitest'
import { BosunError } from '../errors/bosun-error.ts'
import { parseJson } from './parse-json.ts'

const corpus = corpusPath('json-parsing')
if (corpus === undefined) console.warn('The JSON corpus is not here: its tests are skipped.')

/** What the corpus leaves open is decided once, here: these texts are read, the other `i_` texts are refused. */
const READ_IMPLEMENTATION_DEFINED = [
  'i_number_double_huge_neg_exp.json',
  'i_number_real_underflow.json',
  'i_number_too_big_neg_int.json',
  'i_number_too_big_pos_int.json',
  'i_number_very_big_negative_int.json',
  'i_object_key_lone_2nd_surrogate.json',
  'i_string_1st_surrogate_but_2nd_missing.json',
  'i_string_1st_valid_surrogate_2nd_invalid.json',
  'i_string_incomplete_surrogate_and_escape_valid.json',
  'i_string_incomplete_surrogate_pair.json',
  'i_string_incomplete_surrogates_escape_valid.json',
  'i_string_invalid_lonely_surrogate.json',
  'i_string_invalid_surrogate.json',
  'i_string_inverted_surrogates_U+1D11E.json',
  'i_string_lone_second_surrogate.json',
]

function outcome(file: string): 'read' | 'refused' {
  try {
    parseJson(readFileSync(file), file)
    return 'read'
  } catch (error) {
    if (BosunError.is(error, 'JSON_INVALID') || BosunError.is(error, 'JSON_TOO_LARGE')) return 'refused'
    throw error
  }
}

describe.skipIf(corpus === undefined)('H14: the JSON corpus at the door', () => {
  const folder = join(corpus ?? '', 'test_parsing')
  const files = corpus === undefined ? [] : readdirSync(folder)

  it('reads every text that must be read', () => {
    const refused = files.filter((file) => file.startsWith('y_') && outcome(join(folder, file)) === 'refused')
    expect(refused).toEqual([])
    expect(files.filter((file) => file.startsWith('y_')).length).toBeGreaterThan(90)
  })

  it('refuses every text that must be refused, with a typed error', () => {
    const read = files.filter((file) => file.startsWith('n_') && outcome(join(folder, file)) === 'read')
    expect(read).toEqual([])
    expect(files.filter((file) => file.startsWith('n_')).length).toBeGreaterThan(180)
  })

  it('decides what is left open as it is written down here', () => {
    const read = files.filter((file) => file.startsWith('i_') && outcome(join(folder, file)) === 'read')
    expect(read.sort()).toEqual([...READ_IMPLEMENTATION_DEFINED].sort())
  })
})

describe('H13: keys that reach a prototype', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('refuses %s at any depth and names the place', (key) => {
    expect(() => parseJson(`{"a":[{"${key}":{"polluted":true}}]}`, 'plan.json')).toThrow(/plan\.json\.a\[0\]\./)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('H14: bounds', () => {
  it.each(['1e999', '[-1e999]', '{"a":[1,{"b":1e400}]}'])('refuses %s, which would come out as null', (text) => {
    expect(() => parseJson(text, 'goal')).toThrow(/a number that a double can hold/)
  })

  it.each([65, 10_000, 1_000_000])('refuses %i levels before the parser sees them', (depth) => {
    const text = '['.repeat(depth) + ']'.repeat(depth)
    expect(() => parseJson(text, 'goal')).toThrow(/at most 64 levels/)
  })

  it('does not count brackets inside strings', () => {
    const text = JSON.stringify({ text: `${'['.repeat(200)}\\"${'{'.repeat(200)}` })
    expect(parseJson(text, 'goal')).toEqual(JSON.parse(text))
  })

  it('refuses a text of 64 MiB by its size alone', () => {
    expect(() => parseJson(new Uint8Array(64 * 1024 * 1024), 'goal')).toThrow(/at most 16777216 bytes/)
  })

  it('names line and column of the fault', () => {
    expect(() => parseJson('{\n  "a": 1,\n  "b": nope\n}', 'plan.json')).toThrow(/^plan\.json:3:\d+:/)
  })

  it('never shows a control character of the text in its message', () => {
    expect(() => parseJson('{"a": \u001b[2J}', 'goal')).toThrow(/^\P{Cc}*$/u)
  })
})
