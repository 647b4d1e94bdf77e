import { BosunError } from '@bosun/core'
import { corpusPath } from '@bosun/corpora'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig, parseConfig } from './load-config.ts'
import { folderWith } from './project.fixture.ts'

const MINIMAL = { plugins: ['./plugin'], manager: 'fanOut' }

async function refusal(work: Promise<unknown> | (() => unknown)): Promise<BosunError> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (BosunError.is(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('where the config is', () => {
  it('reads bosun.config.json and says which file it was', async () => {
    const folder = folderWith({ 'bosun.config.json': JSON.stringify(MINIMAL) })
    expect(await loadConfig(folder)).toEqual({
      folder,
      path: join(folder, 'bosun.config.json'),
      file: 'bosun.config.json',
      config: MINIMAL,
    })
  })

  it('names the folder that does not exist, and the one that is a file', async () => {
    const folder = folderWith({ file: '' })
    expect(await refusal(loadConfig(join(folder, 'nowhere')))).toMatchObject({ code: 'FOLDER_MISSING' })
    expect(await refusal(loadConfig(join(folder, 'file')))).toMatchObject({ code: 'FOLDER_MISSING' })
  })

  it('advises bosun init where there is no config', async () => {
    const error = await refusal(loadConfig(folderWith({})))
    expect(error).toMatchObject({ code: 'CONFIG_MISSING' })
    expect(error.message).toContain('bosun init')
  })

  it('refuses two configs in one folder, because one of them would be ignored', async () => {
    const folder = folderWith({ 'bosun.config.json': '{}', 'bosun.config.ts': '' })
    expect((await refusal(loadConfig(folder))).message).toContain('bosun.config.ts and bosun.config.json')
  })

  it('H12: loads nothing else from the folder', async () => {
    const folder = folderWith({
      'bosun.config.json': JSON.stringify(MINIMAL),
      'package.json': '{"type":"module","bosun":{"plugins":["./evil.ts"]}}',
      'evil.ts': 'process.exit(66)',
      '.bosun/config.ts': 'process.exit(66)',
    })
    expect((await loadConfig(folder)).config).toEqual(MINIMAL)
  })
})

describe('what a config may hold', () => {
  it('keeps only what the author wrote, without defaults filled in', () => {
    const given = { ...MINIMAL, limits: { slotsMax: 4 }, retry: {}, stateDir: 'state' }
    expect(parseConfig(given, 'bosun.config.ts')).toEqual(given)
  })

  it('X-05: takes the rules of a policy with their examples, and refuses what is neither', async () => {
    const policy = { allow: ['files.read', { rule: 'files.write(site/**)', matches: ['site/a'], refuses: ['a'] }] }
    expect(parseConfig({ ...MINIMAL, policy }, 'bosun.config.ts')).toMatchObject({ policy })
    for (const entry of [1, {}, { rule: 'files.read', match: ['a'] }, { rule: 'files.read', matches: 'a' }]) {
      // oxlint-disable-next-line no-await-in-loop
      const error = await refusal(() => parseConfig({ ...MINIMAL, policy: { deny: [entry] } }, 'bosun.config.ts'))
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', at: expect.stringContaining('policy.deny') })
    }
  })

  it('takes managers and planners as values', () => {
    const manager = { name: 'mine', program: () => undefined }
    const planner = { name: 'mine', plan: () => ({ tasks: [] }) }
    expect(parseConfig({ plugins: [], manager, planner }, 'bosun.config.ts')).toMatchObject({ manager, planner })
  })

  it.each([
    ['a misspelt key', { ...MINIMAL, limit: {} }, 'bosun.config.ts limit:', 'Did you mean "limits"?'],
    ['a misspelt limit', { ...MINIMAL, limits: { slotMax: 1 } }, 'limits.slotMax:', 'Did you mean "slotsMax"?'],
    ['a text for a number', { ...MINIMAL, limits: { slotsMax: '8' } }, 'limits.slotsMax:', 'received "8"'],
    ['a number that is too small', { ...MINIMAL, limits: { slotsMax: 0 } }, 'limits.slotsMax:', 'at least 1'],
    ['a fraction', { ...MINIMAL, retry: { retriesMax: 1.5 } }, 'retry.retriesMax:', 'a whole number'],
    ['no manager', { plugins: [] }, 'bosun.config.ts manager:', 'received nothing'],
    ['no plugins', { manager: 'fanOut' }, 'bosun.config.ts plugins:', 'expected a list'],
    ['a manager without a program', { plugins: [], manager: { name: 'x' } }, 'manager:', 'or a manager'],
    ['a plugin that is a number', { plugins: [7], manager: 'x' }, 'plugins[0]:', 'received 7'],
    ['an unknown isolation', { ...MINIMAL, isolation: 'none' }, 'isolation:', '"process" or "inline"'],
    ['a mount with a slash', { ...MINIMAL, mounts: { 'a/b': '.' } }, 'mounts.a/b:', 'one path segment'],
    ['a mount that climbs', { ...MINIMAL, mounts: { '..': '.' } }, 'mounts...:', 'one path segment'],
    ['a folder goal without mount', { ...MINIMAL, goal: { kind: 'folder' } }, 'goal.mount:', 'received nothing'],
    ['a goal that is a function', { ...MINIMAL, goal: () => 1 }, 'goal:', 'plain JSON data'],
    ['a goal that is a Map', { ...MINIMAL, goal: new Map() }, 'goal:', 'plain JSON data'],
    [
      'a goal mount that is taken',
      { ...MINIMAL, mounts: { src: '.' }, goal: { kind: 'folder', mount: 'src' } },
      'goal.mount:',
      'Rename one',
    ],
    [
      'an unknown kind of provider',
      { ...MINIMAL, providers: { x: { kind: 'opnai' } } },
      'providers.x.kind:',
      'expected one of "openai", "anthropic"',
    ],
    ['a list', [], 'bosun.config.ts:', 'expected an object'],
    ['nothing', null, 'bosun.config.ts:', 'received null'],
  ])('refuses %s with the path, what was expected and what was received', async (_, value, place, part) => {
    const error = await refusal(() => parseConfig(value, 'bosun.config.ts'))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain(place)
    expect(error.message).toContain(part)
    expect(error.message).not.toContain('\n')
  })

  it('names every further place that is wrong', async () => {
    const error = await refusal(() => parseConfig({ ...MINIMAL, retry: { a: 1 }, stateDir: 3 }, 'bosun.config.ts'))
    expect(error.message).toContain('Also wrong: stateDir')
  })

  it('H13: no key of a config reaches a prototype', async () => {
    const keys = ['__proto__', 'constructor', 'prototype']
    const before = Object.getOwnPropertyNames(Object.prototype)
    for (const key of keys) {
      for (const body of [
        `{"${key}":{"polluted":1}}`,
        `{"plugins":[],"manager":"x","limits":{"${key}":{"polluted":1}}}`,
        `{"plugins":[],"manager":"x","goal":{"a":{"${key}":{"polluted":1}}}}`,
        `{"plugins":[],"manager":"x","mounts":{"${key}":"."}}`,
      ]) {
        const error = await refusal(loadConfig(folderWith({ 'bosun.config.json': body })))
        expect(error.message).toContain(key)
      }
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
  })
})

const corpus = corpusPath('json-parsing')

describe.skipIf(corpus === undefined)('T-03, H14: JSON texts at the door of the config', () => {
  const folder = join(corpus ?? '', 'test_parsing')
  const names = corpus === undefined ? [] : readdirSync(folder)
  const project = folderWith({})
  mkdirSync(project, { recursive: true })

  /** As the goal of a config: the text itself decides. */
  const verdict = async (name: string): Promise<'accepted' | 'refused'> => {
    const body = readFileSync(join(folder, name))
    const around = Buffer.from('{"plugins":[],"manager":"x","goal":')
    writeFileSync(join(project, 'bosun.config.json'), Buffer.concat([around, body, Buffer.from('}')]))
    try {
      await loadConfig(project)
      return 'accepted'
    } catch (error) {
      if (BosunError.is(error, 'CONFIG_INVALID')) return 'refused'
      throw error
    }
  }

  it('accepts what is JSON and refuses what is not', async () => {
    const wrong: string[] = []
    for (const name of names.filter((each) => !each.startsWith('i_'))) {
      const expected = name.startsWith('y_') ? 'accepted' : 'refused'
      if ((await verdict(name)) !== expected) wrong.push(name)
    }
    expect(wrong).toEqual([])
  })

  it('holds to its decision where the format leaves it open', async () => {
    const table: Record<string, string> = {}
    for (const name of names.filter((each) => each.startsWith('i_'))) table[name] = await verdict(name)
    expect(table).toMatchInlineSnapshot(`
      {
        "i_number_double_huge_neg_exp.json": "accepted",
        "i_number_huge_exp.json": "refused",
        "i_number_neg_int_huge_exp.json": "refused",
        "i_number_pos_double_huge_exp.json": "refused",
        "i_number_real_neg_overflow.json": "refused",
        "i_number_real_pos_overflow.json": "refused",
        "i_number_real_underflow.json": "accepted",
        "i_number_too_big_neg_int.json": "accepted",
        "i_number_too_big_pos_int.json": "accepted",
        "i_number_very_big_negative_int.json": "accepted",
        "i_object_key_lone_2nd_surrogate.json": "accepted",
        "i_string_1st_surrogate_but_2nd_missing.json": "accepted",
        "i_string_1st_valid_surrogate_2nd_invalid.json": "accepted",
        "i_string_UTF-16LE_with_BOM.json": "refused",
        "i_string_UTF-8_invalid_sequence.json": "refused",
        "i_string_UTF8_surrogate_U+D800.json": "refused",
        "i_string_incomplete_surrogate_and_escape_valid.json": "accepted",
        "i_string_incomplete_surrogate_pair.json": "accepted",
        "i_string_incomplete_surrogates_escape_valid.json": "accepted",
        "i_string_invalid_lonely_surrogate.json": "accepted",
        "i_string_invalid_surrogate.json": "accepted",
        "i_string_invalid_utf-8.json": "refused",
        "i_string_inverted_surrogates_U+1D11E.json": "accepted",
        "i_string_iso_latin_1.json": "refused",
        "i_string_lone_second_surrogate.json": "accepted",
        "i_string_lone_utf8_continuation_byte.json": "refused",
        "i_string_not_in_unicode_range.json": "refused",
        "i_string_overlong_sequence_2_bytes.json": "refused",
        "i_string_overlong_sequence_6_bytes.json": "refused",
        "i_string_overlong_sequence_6_bytes_null.json": "refused",
        "i_string_truncated-utf-8.json": "refused",
        "i_string_utf16BE_no_BOM.json": "refused",
        "i_string_utf16LE_no_BOM.json": "refused",
        "i_structure_500_nested_arrays.json": "refused",
        "i_structure_UTF-8_BOM_empty_object.json": "refused",
      }
    `)
  })
})
