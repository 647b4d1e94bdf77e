import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fact } from '@bosun/core'
import { audit } from '@bosun/invariants'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bosunIn } from './real-engine.fixture.ts'

const PROJECT = fileURLToPath(new URL('../../../examples/codemap', import.meta.url))
const SOURCES = fileURLToPath(new URL('../../../packages/core/src', import.meta.url))
const state = mkdtempSync(join(tmpdir(), 'bosun-audit-'))
let lines: readonly string[] = []

beforeAll(async () => {
  const { code, stderr } = await bosunIn(PROJECT, 'run', '--goal', SOURCES, '--state', state)
  if (code !== 0) throw new Error(stderr)
  lines = await exported()
}, 60_000)

afterAll(() => rmSync(state, { recursive: true, force: true }))

it('P11: the journal of a code map, as it is, passes the audit', async () => {
  expect(lines.length).toBeGreaterThan(60)
  expect(await audited(lines)).toMatchObject({ code: 0 })
})

it.each(['removed', 'repeated', 'exchanged', 'altered'] as const)(
  'P3: a journal of a code map with one fact %s is caught at 25 places, by the broken chain',
  async (change) => {
    for (let nth = 0; nth < 25; nth += 1) {
      const at = 1 + Math.floor((nth * (lines.length - 3)) / 25)
      // oxlint-disable-next-line no-await-in-loop
      const { code, stderr } = await audited(changed(lines, at, change))
      expect({ at, code }).toEqual({ at, code: 2 })
      expect(stderr).toMatch(/damaged before its end/)
    }
  },
)

it('S19: with its numbers mended and no chain at all, a removed fact is still missed nearly everywhere', () => {
  const facts = lines.map((line) => (JSON.parse(line) as { fact: Fact }).fact)
  const missed = facts.slice(1, -1).filter((_, index) => audit(without(facts, index + 1)).ok)
  expect(missed.length / facts.length).toBeLessThan(0.2)
  // Nothing follows from a host, from a slot that stays idle, or from a decision that repeats an earlier one.
  expect([...new Set(missed.map(({ type }) => type))].sort()).toEqual([
    'host.started',
    'manager.decided',
    'worker.joined',
  ])
})

it('an export that is there already is not overwritten', async () => {
  const file = join(state, 'kept.ndjson')
  expect(await bosunIn(PROJECT, 'export', 'last', '--state', state, '--out', file)).toMatchObject({ code: 0 })
  const again = await bosunIn(PROJECT, 'export', 'last', '--state', state, '--out', file)
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('a file that is there already') })
  expect(await bosunIn(state, 'audit', file)).toMatchObject({ code: 0 })
  expect(await bosunIn(state, 'export', 'nothing', '--state', state)).toMatchObject({ code: 2 })
})

// ---------------------------------------------------------------------------------------------

async function exported(): Promise<readonly string[]> {
  const { stdout } = await bosunIn(PROJECT, 'export', 'last', '--state', state)
  return stdout.trimEnd().split('\n')
}

function changed(
  before: readonly string[],
  at: number,
  change: 'removed' | 'repeated' | 'exchanged' | 'altered',
): string[] {
  const after = [...before]
  if (change === 'removed') after.splice(at, 1)
  else if (change === 'repeated') after.splice(at, 0, before[at] as string)
  else if (change === 'exchanged') after.splice(at, 2, before[at + 1] as string, before[at] as string)
  else after[at] = (before[at] as string).replace(/"at":(\d+)/, (_, ms: string) => `"at":${Number(ms) + 1}`)
  return after
}

/** The log without one fact, numbered anew. */
function without(facts: readonly Fact[], at: number): Fact[] {
  const moved = (seq: number) => (seq > at + 1 ? seq - 1 : seq)
  return facts
    .filter((_, index) => index !== at)
    .map((fact) => {
      const seq = moved(fact.seq)
      if (fact.type === 'message.delivered') return { ...fact, seq, ref: moved(fact.ref) }
      if (fact.type === 'manager.decided') return { ...fact, seq, message: moved(fact.message) }
      return { ...fact, seq } as Fact
    })
}

async function audited(journal: readonly string[], ...flags: readonly string[]) {
  const file = join(state, 'export.ndjson')
  writeFileSync(file, journal.map((line) => `${line.trimEnd()}\n`).join(''))
  return bosunIn(state, 'audit', file, ...flags)
}
