import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Check } from './judge/check.ts'
import { implementations } from './judge/implementations.ts'
import type { Place } from './report/ranking.ts'
import type { Scoreboard } from './report/scoreboard.ts'
import { runExample } from './run-example.fixture.ts'
import { specification } from './specification.ts'

const NAMES = Object.keys(implementations)
const checks = specification.flatMap((section) => section.checks)
const patternOf = (check: Check | undefined) => (check?.kind === 'table' ? check.pattern : '')
const nameOf = (task: string | undefined) => task?.split('/')[0] ?? ''

describe('a bake-off of glob matchers', { timeout: 400_000 }, () => {
  let ran: Awaited<ReturnType<typeof runExample>>
  let ranking: readonly Place[]
  let scoreboard: Scoreboard
  beforeAll(async () => {
    ran = await runExample()
    const end = ran.facts.find(({ type }) => type === 'run.completed')
    if (end === undefined) throw new Error(`the run did not complete (exit ${ran.code}): ${ran.stderr}`)
    ranking = (end['result'] as { ranking: readonly Place[] }).ranking
    scoreboard = JSON.parse(ran.read('out/scoreboard.json')) as Scoreboard
  }, 400_000)
  afterAll(() => ran.remove())

  const all = (type: string) => ran.facts.filter((fact) => fact.type === type)
  const idsOf = (name: string, verdict: string) => {
    const scores = scoreboard.contestants.find((one) => one.name === name)?.scores ?? {}
    return checks.filter(({ id }) => scores[id]?.verdict === verdict)
  }

  /** The parts that an implementation was asked at first. */
  const asked = (name: string) =>
    all('task.added')
      .map(({ task }) => task as unknown as { id: string; body: unknown })
      .filter(({ id }) => nameOf(id) === name && id.split('/').length === 2)
      .map(({ id, body }) => [id.slice(name.length), body])

  it('M-60: asks every implementation the same, and asks it everything', () => {
    const [first = ''] = NAMES
    expect(asked(first)).toHaveLength(specification.length)
    for (const name of NAMES) expect(asked(name)).toEqual(asked(first))
  })

  it('M-60: never has two implementations in one process', () => {
    const ofHost = new Map<unknown, Set<string>>()
    for (const { task, host } of all('attempt.started')) {
      ofHost.set(host, (ofHost.get(host) ?? new Set()).add(nameOf(task)))
    }
    expect(ofHost.size).toBeGreaterThanOrEqual(NAMES.length)
    for (const names of ofHost.values()) expect([...names]).toHaveLength(1)
  })

  it('M-60: ranks all of them over all checks', () => {
    expect(ranking.map(({ name }) => name).sort()).toEqual([...NAMES].sort())
    for (const { counts, of } of ranking) {
      expect([of, Object.values(counts).reduce((a, b) => a + b)]).toEqual([checks.length, checks.length])
    }
    expect(ranking[0]).toMatchObject({ rank: 1, name: 'minimatch', counts: { right: checks.length - 1, wrong: 1 } })
    expect(ranking.at(-1)).toMatchObject({ rank: NAMES.length, name: 'crash-dummy' })
  })

  it('M-60: scores a crash as a failure of the checks that it happened in, and of no others', () => {
    expect(idsOf('crash-dummy', 'crashed').map(patternOf)).toEqual(
      checks.map(patternOf).filter((pattern) => pattern.includes('[[:')),
    )
    for (const name of NAMES.filter((one) => one !== 'crash-dummy')) expect(idsOf(name, 'crashed')).toEqual([])
  })

  it('M-60: scores whoever gives no answer in time, also an implementation that nobody made to fail', () => {
    expect(idsOf('crash-dummy', 'timed-out').map(patternOf)).toContain('x+(+(a|b)|c)y')
    expect(idsOf('zeptomatch', 'timed-out').map(({ id }) => id)).toEqual(['patience-01'])
    expect(idsOf('minimatch', 'timed-out')).toEqual([])
  })

  it('M-60: loses no task: what failed is waived, and its score says so', () => {
    const failed = [...all('task.lost'), ...all('task.failed')].map(({ task }) => task)
    const waived = all('waiver.given').flatMap(({ tasks }) => tasks as readonly string[])
    expect(waived.toSorted()).toEqual((failed as string[]).toSorted())
    const single = waived.filter((id) => id.split('/').length === 3 || id.endsWith('/patience'))
    const lost = NAMES.flatMap((name) => [...idsOf(name, 'crashed'), ...idsOf(name, 'timed-out')])
    expect(lost).toHaveLength(single.length)
  })

  it('shows the ranking as text and as a page that needs nothing but itself', () => {
    const table = ran.read('out/ranking.txt').trimEnd().split('\n')
    expect(table).toHaveLength(NAMES.length + 1)
    for (const [index, { name, counts, of }] of ranking.entries()) {
      expect(table[index + 1]).toMatch(new RegExp(`^\\d  ${name} .* ${counts.right}/${of} `))
    }
    const page = ran.read('out/bake-off.html')
    for (const name of NAMES) expect(page).toContain(`<span class="name">${name}</span>`)
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
    expect(page).toContain(createHash('sha256').update(style).digest('base64'))
    expect(page).not.toMatch(/<script|(?:src|href)=|url\(|@import/)
  })
})
