import { BosunError } from '@bosun/sdk'
import { corpusPath } from '@bosun/corpora'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePlan } from './parse-plan.ts'

const FOUNDING = `tasks:
  - id: generate-mars-page
    type: generate_page
    body: Mars
  - id: generate-moon-page
    type: generate_page
    body: Moon
  - id: build-index
    type: build_index
    depends_on: [generate-mars-page, generate-moon-page]
`

const tasksOf = (text: string, at = 'plan.yaml') => parsePlan(text, at).entries.map(({ task }) => task)

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (BosunError.is(error)) return `${error.code} ${error.message}`
    throw error
  }
  return 'accepted'
}

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`
const deepPlan = (depth: number) => `[{"id":"a","type":"t","body":${nested(depth, '[', ']')}}]`

function laughs(rows: number): string {
  const lines = ['l0: &l0 [x, x]']
  for (let row = 1; row < rows; row += 1) lines.push(`l${row}: &l${row} [*l${row - 1}, *l${row - 1}]`)
  return lines.join('\n')
}

describe('the founding shape', () => {
  it('T-05, T-23: reads id, type, body and depends_on, and stores the alias as dependsOn', () => {
    expect(tasksOf(FOUNDING)).toEqual([
      { id: 'generate-mars-page', type: 'generate_page', body: 'Mars' },
      { id: 'generate-moon-page', type: 'generate_page', body: 'Moon' },
      {
        id: 'build-index',
        type: 'build_index',
        body: null,
        dependsOn: ['generate-mars-page', 'generate-moon-page'],
      },
    ])
  })

  it('reads a bare list and a JSON text to the same tasks', () => {
    const bare = FOUNDING.replace('tasks:\n', '')
    const json = JSON.stringify({ tasks: tasksOf(FOUNDING) })
    expect(tasksOf(bare)).toEqual(tasksOf(FOUNDING))
    expect(tasksOf(json, 'plan.json')).toEqual(tasksOf(FOUNDING))
    expect(tasksOf(json, 'plan.yaml')).toEqual(tasksOf(FOUNDING))
  })

  it('T-03: keeps every field, and a task is equal after a trip through JSON', () => {
    const task = {
      id: 'a/b',
      type: 't',
      body: { n: 1.5, list: [true, null, 'x'], nested: { deep: ['y'] } },
      purpose: 'Shows all fields.',
      dependsOn: ['c'],
      outputs: ['out/a.txt'],
      uses: [{ resource: 'db', mode: 'write' }],
      excludes: ['l'],
      skills: ['s'],
      group: 'g',
      key: 'k',
      priority: -1,
      wait: 'detached',
      limits: { retriesMax: 0, timeoutMs: 1, tokensMax: 0, costMicrosMax: 0 },
    }
    const [read] = tasksOf(JSON.stringify([task]), 'plan.json')
    expect(read).toEqual(task)
    expect(JSON.parse(JSON.stringify(read))).toEqual(read)
  })

  it('knows where each task and field stands', () => {
    const { places } = parsePlan(FOUNDING, 'plan.yaml')
    expect(places.line(0)).toBe(2)
    expect(places.place(1, 'body')).toBe('plan.yaml:7:11')
    expect(places.place(2, 'dependsOn[1]')).toBe('plan.yaml:10:38')
    expect(places.place(2, 'dependsOn[7]')).toBe('plan.yaml:10:17')
    expect(places.place(2, 'purpose')).toBe('plan.yaml:8:5')
    const json = parsePlan('{"tasks":\n [{"id": "a", "type":\n "t"}]}', 'plan.json').places
    expect(json.place(0, 'type')).toBe('plan.json:3:2')
  })
})

describe('what is refused, with its place and a fix', () => {
  it.each([
    ['an unknown key', '- { id: a, type: t, dependson: [b] }', ':1:32: ', 'Did you mean "dependsOn"?'],
    ['a key of the file that is unknown', 'task: []', ':1:7: ', 'tasks'],
    ['a missing id', '- { type: t }', ':1:3: ', 'expected id to be a text, received nothing'],
    ['a missing type', '- id: a\n  body: x', ':1:3: ', 'expected type to be a text'],
    ['a number as id', '- id: 12\n  type: t', ':1:7: ', 'in quotes'],
    ['an id with a space', '- id: my page\n  type: t', ':1:7: ', 'Write "my%20page"'],
    ['an id that climbs', '- id: a/../b\n  type: t', ':1:7: ', 'received "a/../b"'],
    ['a text as depends_on', '- id: a\n  type: t\n  depends_on: b', ':3:15: ', 'Write it as a list: [one, two].'],
    ['both spellings', '- id: a\n  type: t\n  depends_on: [b]\n  dependsOn: [c]', ':4:14: ', 'Keep one of the two.'],
    ['a key written twice', '- id: a\n  id: b\n  type: t', ':2:3: ', 'the key "id" twice'],
    ['a tag', '- id: a\n  type: t\n  body: !!js/function x', ':3:9: ', 'tag'],
    ['a tag of its own', '- id: !mine a\n  type: t', ':1:7: ', 'tag'],
    ['infinity', '- id: a\n  type: t\n  body: .inf', ':3:9: ', 'received .inf'],
    ['not a number', '- id: a\n  type: t\n  body: [.nan]', ':3:10: ', 'received .nan'],
    ['a list as key', '- id: a\n  type: t\n  body: { ? [x] : 1 }', ':3:13: ', 'expected a text as key'],
    ['an alias without anchor', '- id: a\n  type: t\n  body: *nope', ':3:9: ', 'nope'],
    ['a tab as indentation', '- id: a\n\ttype: t', ':2:2: ', 'Indent with spaces.'],
    ['two documents', '- id: a\n  type: t\n---\n- id: b', ':3:1: ', 'documents'],
    ['an open bracket', '- id: [a\n', ':2:1: ', 'must'],
    ['a reserved key', '- id: a\n  type: t\n  body: { __proto__: 1 }', ':3:11: ', 'reserved key __proto__'],
    ['a constructor key', '- id: a\n  type: t\n  body: { constructor: 1 }', ':3:11: ', 'reserved key constructor'],
    ['a scalar as plan', 'just text', ':1:1: ', 'a list of tasks, or an object with tasks'],
    ['a task that is a text', 'tasks: [a]', ':1:9: ', 'an object with id, type and body'],
    ['a fraction as priority', '- { id: a, type: t, priority: 1.5 }', ':1:31: ', 'a whole number'],
    ['an unknown wait', '- { id: a, type: t, wait: never }', ':1:27: ', '"joined" or "detached"'],
    ['an unknown limit', '- { id: a, type: t, limits: { retries: 1 } }', ':1:40: ', 'Did you mean "retriesMax"?'],
  ])('refuses %s', (_, text, place, part) => {
    const message = messageOf(() => parsePlan(text, 'plan.yaml'))
    expect(message).toContain(`PLAN_INVALID plan.yaml${place}`)
    expect(message).toContain(part)
    expect(message).not.toContain('\n')
  })

  it('counts the places that are wrong as well', () => {
    expect(messageOf(() => parsePlan('- { id: 1, type: 2, group: 3 }', 'plan.yaml'))).toContain(
      '2 more places are wrong.',
    )
  })

  it.each(['', '# only a comment', 'tasks: []', '[]'])('refuses a plan without tasks: %j', (text) => {
    expect(messageOf(() => parsePlan(text, 'plan.yaml'))).toMatch(/^PLAN_(EMPTY|INVALID) plan\.yaml:1:1: /)
  })

  it('refuses a byte order mark, bytes that are no UTF-8, and a file that is too large', () => {
    expect(messageOf(() => parsePlan('\uFEFF[]', 'plan.yaml'))).toContain('byte order mark')
    expect(messageOf(() => parsePlan(new Uint8Array([0x61, 0xff]), 'plan.yaml'))).toContain('not UTF-8')
    expect(messageOf(() => parsePlan(new Uint8Array(5_000_000), 'plan.yaml'))).toContain('at most 4194304 bytes')
  })
})

describe('H14: bombs', () => {
  it('accepts a body 60 levels deep and refuses one of 70', () => {
    for (const at of ['plan.yaml', 'plan.json']) {
      expect(messageOf(() => parsePlan(deepPlan(60), at))).toBe('accepted')
      expect(messageOf(() => parsePlan(deepPlan(70), at))).toContain('at most 64 levels')
    }
  })

  it.each([
    ['brackets', nested(1_000_000, '[', ']')],
    ['braces', nested(100_000, '{"a":', '}')],
    ['open brackets', '['.repeat(1_000_000)],
    ['dashes', `${'- '.repeat(1_000_000)}x`],
    ['questions', `${'? '.repeat(1_000_000)}x`],
    ['dashes and colons', `${'- ? '.repeat(500_000)}x`],
    ['steps', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['list steps', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}-`).join('\n')],
    ['many keys', Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['many aliases', `a: &a [1]\nb: [${'*a, '.repeat(50_000)}]`],
    ['a circle', `a: &a [*a]`],
    ['laughs', laughs(30)],
    ['a long line', `a: "${'x'.repeat(3_000_000)}"`],
    ['many anchors', Array.from({ length: 20_000 }, (_, index) => `- &a${index} x`).join('\n')],
    ['many comments', '# x\n'.repeat(500_000)],
  ])('refuses %s within seconds', (_, text) => {
    const start = performance.now()
    expect(messageOf(() => parsePlan(text, 'plan.yaml'))).toMatch(/^PLAN_/)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

it('H13: no key of a plan reaches a prototype', () => {
  const before = Object.getOwnPropertyNames(Object.prototype)
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    for (const [text, at] of [
      [`{"tasks":[{"id":"a","type":"t","body":{"${key}":{"polluted":1}}}]}`, 'plan.json'],
      [`{"${key}":{"polluted":1},"tasks":[]}`, 'plan.json'],
      [`[{"${key}":{"polluted":1},"id":"a","type":"t"}]`, 'plan.json'],
      [`- id: a\n  type: t\n  body: { x: { ${key}: { polluted: 1 } } }`, 'plan.yaml'],
      [`- id: a\n  type: t\n  ${key}: { polluted: 1 }`, 'plan.yaml'],
      [`base: &b { ${key}: { polluted: 1 } }\ntasks: *b`, 'plan.yaml'],
    ] as const) {
      expect(messageOf(() => parsePlan(text, at))).toContain(`the reserved key ${key}`)
    }
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
})

const json = corpusPath('json-parsing')

describe.skipIf(json === undefined)('T-03, H14: JSON texts as the body of a task', () => {
  const folder = join(json ?? '', 'test_parsing')
  const names = json === undefined ? [] : readdirSync(folder)

  const verdict = (name: string): 'accepted' | 'refused' => {
    const body = readFileSync(join(folder, name))
    const plan = Buffer.concat([Buffer.from('[{"id":"a","type":"t","body":'), body, Buffer.from('}]')])
    const message = messageOf(() => parsePlan(plan, 'plan.json'))
    if (message === 'accepted') return 'accepted'
    expect(message).toMatch(/^PLAN_INVALID plan\.json/)
    return 'refused'
  }

  it('accepts what is JSON and refuses what is not', () => {
    const decided = names.filter((name) => !name.startsWith('i_'))
    expect(decided.length).toBeGreaterThan(250)
    expect(decided.filter((name) => verdict(name) !== (name.startsWith('y_') ? 'accepted' : 'refused'))).toEqual([])
  })

  it('reads the same values as JSON.parse', () => {
    for (const name of names.filter((each) => each.startsWith('y_'))) {
      const text = readFileSync(join(folder, name), 'utf8')
      expect(tasksOf(`[{"id":"a","type":"t","body":${text}}]`, 'plan.json')[0]?.body).toEqual(JSON.parse(text))
    }
  })

  it('holds to its decision where the format leaves it open', () => {
    const open = names.filter((name) => name.startsWith('i_'))
    expect(Object.fromEntries(open.map((name) => [name, verdict(name)]))).toMatchInlineSnapshot(`
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

  it('ends with a verdict for every text read as YAML', () => {
    for (const name of names) {
      expect(messageOf(() => parsePlan(readFileSync(join(folder, name)), 'plan.yaml'))).toMatch(/^PLAN_/)
    }
  })
})

const naughty = corpusPath('naughty-strings')

describe.skipIf(naughty === undefined)('H22: naughty strings', () => {
  const strings =
    naughty === undefined ? [] : (JSON.parse(readFileSync(join(naughty, 'blns.json'), 'utf8')) as string[])

  it('come back equal as body and purpose, from JSON and from quoted YAML', () => {
    for (const text of strings) {
      const task = { id: 'a', type: 't', body: text, ...(text === '' ? {} : { purpose: text }) }
      expect(tasksOf(JSON.stringify([task]), 'plan.json')).toEqual([task])
    }
  })

  it('are refused as ids, or are ids that need no escape', () => {
    const accepted = strings.filter(
      (text) => messageOf(() => parsePlan(JSON.stringify([{ id: text, type: 't' }]), 'plan.json')) === 'accepted',
    )
    expect(accepted).toEqual(accepted.filter((text) => /^[\w@%([+=,.][\w@%()[\]+=,.:/-]*$/.test(text)))
    expect(accepted.length).toBeLessThan(strings.length / 4)
  })
})
