import { BosunError } from '@bosun/core'
import { expect, it } from 'vitest'
import { ManualClock } from '../run/manual-clock.fixture.ts'
import { pass } from '../run/world.fixture.ts'
import { chatAnswer, fakeProvider, json } from './fake-provider.fixture.ts'
import { ask, by, modelsOf } from './models.fixture.ts'

const START = 1_000_000
const CALLS = 98

/** A call on the wire waits for its time-out, which is further ahead than anything that the gate waits for. */
const GATE_MS_MAX = 60_000

/** Lets virtual time pass, but never while an answer is on its way; tells how much of it it took. */
async function ended(all: Promise<unknown>, clock: ManualClock, until: number): Promise<number> {
  const progress = { isOver: false }
  void all.then(() => (progress.isOver = true))
  while (!progress.isOver) {
    for (let count = 0; count < 4; count += 1) await pass()
    const { waits } = clock
    const [next = until] = waits
    if (waits.length === 0 || waits.some((at) => at >= clock.now() + GATE_MS_MAX)) continue
    if (next > until) throw new Error('The virtual time is over.')
    await clock.advance(next - clock.now())
  }
  return clock.now() - START
}

/** A provider that answers 429 for ever, its calls by the clock, and 98 attempts that call it. */
async function storm(headers: Record<string, string>, virtualMs: number) {
  const clock = new ManualClock(START)
  const times: number[] = []
  let isRecovered = false
  await using server = await fakeProvider((response) => {
    times.push(clock.now())
    if (isRecovered) json(response, 200, chatAnswer('back'))
    else json(response, 429, { error: { message: 'Slow down' } }, headers)
  })
  const config = { providers: { p: { kind: 'openai-compatible' as const, baseUrl: server.url } } }
  const models = modelsOf(config, { clock })
  const codes = Array.from({ length: CALLS }, async (_, index) => {
    try {
      await models.resolve(`p:model-${index % 3}`).call(ask('x'), by(`run/task-${index}@1`))
      return 'answered'
    } catch (error) {
      return BosunError.is(error) ? error.code : error
    }
  })
  const closedAfterMs = await ended(Promise.allSettled(codes), clock, START + virtualMs)
  const seen = [...times]
  const isRefused = await models
    .resolve('p:late')
    .call(ask('x'), by())
    .then(
      () => false,
      (error: unknown) => BosunError.is(error, 'MODEL_QUOTA_SPENT'),
    )
  isRecovered = true
  await clock.advance(Math.max(Number(headers['retry-after'] ?? 0) * 1_000, 30_000))
  const { answer } = await models.resolve('p:late').call(ask('x'), by())
  return { times: seen, closedAfterMs, codes: await Promise.all(codes), isRefused, answer }
}

it.each([
  ['without a retry-after', {}, 0],
  ['with one of half a second', { 'retry-after-ms': '500' }, 500],
  ['with one of an hour', { 'retry-after': '3600' }, 3_600_000],
])('P13, M-50: 98 calls against 429 for ever, %s', async (_, headers, restMs) => {
  const { times, closedAfterMs, codes, isRefused, answer } = await storm(headers, 10_000)
  expect(new Set(codes)).toEqual(new Set(['MODEL_QUOTA_SPENT']))
  expect(times.length).toBeGreaterThan(0)
  expect(times.length).toBeLessThanOrEqual(CALLS * 4)
  // At most as many as are under way at the same time, four times each.
  expect(times.length).toBeLessThanOrEqual(8 * 4)
  expect(closedAfterMs).toBeLessThanOrEqual(2_000)
  expect(isRefused).toBe(true)
  // What begins together is one round: nobody has been told to wait yet.
  const rounds = [...new Set(times)]
  for (const [index, at] of rounds.slice(1).entries()) expect(at - (rounds[index] ?? 0)).toBeGreaterThanOrEqual(restMs)
  expect(answer['content']).toMatchObject([{ text: 'back' }])
})
