import { KernelState, checkPatch } from '@bosun/kernel'
import { readPlanFile } from '@bosun/planner-files'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bosun, FakeTerminal } from './cli.fixture.ts'

const handles = (type: string, skills: readonly string[] = []) => type !== 'unknown' && !skills.includes('cobol')

/** A project whose plan is read from its file and checked as runs check it; no worker exists. */
async function planOf(text: string, args: readonly string[] = []) {
  const cwd = mkdtempSync(join(tmpdir(), 'bosun-plan-'))
  writeFileSync(join(cwd, 'plan.yaml'), text)
  const planPreview = async () => {
    const { plan } = await readPlanFile(cwd)
    return {
      groups: [],
      workers: [],
      tasks: checkPatch(new KernelState(), plan.tasks, { handles, hasSummary: (type) => type !== 'mute' }),
    }
  }
  return bosun(['plan', ...args], { project: { planPreview, folder: cwd } }, new FakeTerminal({ cwd }))
}

const BROKEN: readonly (readonly [string, string, string, string])[] = [
  ['a syntax error', 'tasks: [a', 'plan.yaml:1:', ''],
  ['an unknown key', 'tasks:\n  - id: a\n    type: t\n    bdoy: x', 'plan.yaml:4:11: ', 'Did you mean "body"?'],
  ['no task', 'tasks: []', 'plan.yaml:1:1: ', 'at least one task'],
  ['an id that cannot be', '- id: a b\n  type: t', 'plan.yaml:1:7: ', '"a%20b"'],
  ['a repeated id', '- id: a\n  type: t\n- id: a\n  type: t', 'plan.yaml:3:3', 'an id of its own'],
  ['an unknown dependency', '- id: a\n  type: t\n  depends_on: [marz]', 'plan.yaml:3:16', '"marz"'],
  ['a task that depends on itself', '- id: a\n  type: t\n  depends_on: [a]', 'plan.yaml:3:16', 'itself'],
  [
    'a cycle',
    '- { id: a, type: t, depends_on: [b] }\n- { id: b, type: t, depends_on: [c] }\n- { id: c, type: t, depends_on: [a] }',
    'plan.yaml:3:',
    ' → ',
  ],
  ['a type that nobody handles', '- id: a\n  type: unknown', 'plan.yaml:1:3', 'No worker handles'],
  ['a skill that nobody has', '- id: a\n  type: t\n  skills: [cobol]', 'plan.yaml:1:3', 'cobol'],
  ['no purpose', '- id: a\n  type: mute', 'plan.yaml:1:3', 'purpose'],
  [
    'two writers of one file',
    '- { id: a, type: t, outputs: [x] }\n- { id: b, type: t, outputs: [x] }',
    'plan.yaml:2:',
    'both write x',
  ],
]

it.each(BROKEN)('T-23, M-27: ends with 3 and one message with the place for %s', async (_, text, place, part) => {
  const { code, stdout, stderr } = await planOf(text)
  expect(code).toBe(3)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^bosun: [^\n]+\n$/)
  expect(stderr).toContain(`bosun: ${place}`)
  expect(stderr).toContain(part)
})

it('says the same as JSON', async () => {
  for (const [, text] of BROKEN) {
    const { code, stderr } = await planOf(text, ['--json'])
    expect(code).toBe(3)
    expect(JSON.parse(stderr)).toMatchObject({ error: { exit: 3 } })
  }
})
