import { BosunError } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../run/manual-clock.fixture.ts'
import { pass } from '../run/world.fixture.ts'
import { ProviderGate, type GateOptions, type WireFault, type WireOutcome } from './provider-gate.ts'

const START = 1_000_000
const never = new AbortController().signal

/** A gate, and the wire behind it: each call is answered as `answer` says, after `callMs`. */
function gated(
  options: Partial<GateOptions>,
  answer: (count: number) => WireOutcome<string>,
  { callMs = 0 }: { callMs?: number } = {},
) {
  const clock = new ManualClock(START)
  const gate = new ProviderGate({ name: 'fake', clock, concurrencyMax: 8, triesMax: 4, random: () => 0, ...options })
  const begun: number[] = []
  let [active, activeMax] = [0, 0]
  const wire = async () => {
    const outcome = answer(begun.push(clock.now()))
    active += 1
    activeMax = Math.max(activeMax, active)
    if (callMs > 0) await new Promise<void>((wake) => clock.wakeAt(clock.now() + callMs, wake))
    active -= 1
    return outcome
  }
  /** Lets what was begun come to its first wait, and then time pass. */
  const after = async (ms: number) => {
    await pass()
    await clock.advance(ms)
  }
  return {
    clock,
    after,
    gate,
    begun,
    activeMax: () => activeMax,
    call: (signal: AbortSignal = never) => gate.run(wire, signal),
  }
}

const fault = (kind: WireFault['kind'], retryAfterMs?: number): WireOutcome<string> => ({
  fault: {
    kind,
    error: new BosunError('MODEL_FAILED', { received: kind }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  },
})
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: unknown) => (BosunError.is(error) ? error.code : error),
  )

describe('a gate bounds', () => {
  it('M-50: how many calls are under way, and lets callers in first come, first served', async () => {
    const order: number[] = []
    const { after, gate, clock } = gated({ concurrencyMax: 2 }, () => ({ answer: '' }))
    let [active, activeMax] = [0, 0]
    const calls = Array.from({ length: 6 }, (_, index) =>
      gate.run(async () => {
        order.push(index)
        active += 1
        activeMax = Math.max(activeMax, active)
        await new Promise<void>((wake) => clock.wakeAt(clock.now() + 10, wake))
        active -= 1
        return { answer: index }
      }, never),
    )
    await after(100)
    expect(await Promise.all(calls)).toEqual([0, 1, 2, 3, 4, 5])
    expect(order).toEqual([0, 1, 2, 3, 4, 5])
    expect(activeMax).toBe(2)
  })

  it('M-50: how many calls begin within any minute', async () => {
    const { after, begun, call } = gated({ callsPerMinuteMax: 3 }, () => ({ answer: '' }))
    const calls = Array.from({ length: 8 }, () => call())
    await after(200_000)
    await Promise.all(calls)
    for (const at of begun) expect(begun.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThan(4)
    expect(begun.map((at) => at - START)).toEqual([0, 0, 0, 60_000, 60_000, 60_000, 120_000, 120_000])
  })

  it('M-50: how often a call is tried, with a longer wait before each try', async () => {
    const { after, begun, call } = gated({}, () => fault('again'))
    const ended = code(call())
    await after(10_000)
    expect(await ended).toBe('MODEL_FAILED')
    expect(begun.map((at) => at - START)).toEqual([0, 250, 750, 1_750])
  })
})

describe('a gate waits', () => {
  it('P13: as long as the provider asks, with the calls of everybody', async () => {
    const { after, begun, call } = gated({}, (count) => (count === 1 ? fault('rate', 20_000) : { answer: 'ok' }))
    const first = call()
    await pass()
    const others = [call(), call()]
    await after(19_999)
    expect(begun).toHaveLength(1)
    await after(1)
    expect(await Promise.all([first, ...others])).toEqual(['ok', 'ok', 'ok'])
    expect(begun.slice(1)).toEqual([START + 20_000, START + 20_000, START + 20_000])
  })

  it('P13: also where it is out of order, and after the last try of a caller', async () => {
    const { after, begun, call } = gated({ triesMax: 1 }, (count) =>
      count === 1 ? fault('again', 20_000) : { answer: '' },
    )
    expect(await code(call())).toBe('MODEL_FAILED')
    const next = call()
    await after(20_000)
    await next
    expect(begun).toEqual([START, START + 20_000])
  })

  it('M-50: without keeping a caller that has gone', async () => {
    const { after, clock, begun, call } = gated({ concurrencyMax: 1 }, () => ({ answer: '' }), { callMs: 10 })
    const stopped = new AbortController()
    const [first, second, third] = [call(), call(stopped.signal), call()]
    await pass()
    const reason = new Error('revoked')
    stopped.abort(reason)
    expect(await code(second)).toBe(reason)
    await after(100)
    await Promise.all([first, third])
    expect(begun).toHaveLength(2)
    expect(clock.waits).toEqual([])
  })

  it('and lets go at once of a caller that is gone when it comes, or when a wait of its own ends', async () => {
    const { after, begun, call } = gated({}, () => fault('again'))
    expect(await code(call(AbortSignal.abort('gone')))).toBe('gone')
    const stopped = new AbortController()
    const retried = code(call(stopped.signal))
    await after(100)
    stopped.abort('later')
    expect(await retried).toBe('later')
    expect(begun).toHaveLength(1)
  })
})

describe('a gate closes', () => {
  it('P13: when a call has used up its tries on rate limits, for everybody who waits or comes', async () => {
    const { after, clock, begun, call } = gated({}, () => fault('rate'))
    const calls = Array.from({ length: 98 }, () => code(call()))
    await after(2_000)
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['MODEL_QUOTA_SPENT']))
    expect(begun).toHaveLength(8 * 4)
    expect(await code(call())).toBe('MODEL_QUOTA_SPENT')
    expect(clock.now() - START).toBe(2_000)
  })

  it('at once when the quota is spent, or when the provider asks for longer than a caller can wait', async () => {
    for (const outcome of [fault('spent'), fault('rate', 3_600_000), fault('again', 3_600_000)]) {
      const { begun, call } = gated({}, () => outcome)
      expect(await code(call())).toBe('MODEL_QUOTA_SPENT')
      expect(await code(call())).toBe('MODEL_QUOTA_SPENT')
      expect(begun).toHaveLength(1)
    }
  })

  it('and says until when, and what the provider said', async () => {
    const { call } = gated({}, () => fault('spent', 90_000))
    await expect(call()).rejects.toThrow(
      'fake: A model provider takes no more calls for now (expected no call before 1970-01-01T00:18:10.000Z, received spent)',
    )
  })

  it('M-50: and lets a single call through after its time, which opens it for all', async () => {
    const answers = [fault('spent'), { answer: 'probe' }]
    const { after, begun, call, activeMax } = gated({}, (count) => answers[count - 1] ?? { answer: 'ok' }, {
      callMs: 5,
    })
    const first = code(call())
    await after(30_005)
    expect(await first).toBe('MODEL_QUOTA_SPENT')
    const calls = Array.from({ length: 5 }, () => call())
    await after(4)
    expect(begun).toHaveLength(2)
    await after(100)
    expect(await Promise.all(calls)).toEqual(['probe', 'ok', 'ok', 'ok', 'ok'])
    expect(activeMax()).toBe(4)
  })

  it('M-50: and stays closed when that call is refused as well, with no further try', async () => {
    const { after, begun, call } = gated({}, (count) => (count === 1 ? fault('spent') : fault('rate')))
    await code(call())
    await after(30_000)
    expect(await Promise.all([code(call()), code(call()), code(call())])).toEqual([
      'MODEL_QUOTA_SPENT',
      'MODEL_QUOTA_SPENT',
      'MODEL_QUOTA_SPENT',
    ])
    expect(begun).toHaveLength(2)
    await after(29_999)
    expect(await code(call())).toBe('MODEL_QUOTA_SPENT')
    expect(begun).toHaveLength(2)
  })

  it('and asks another one when the call that was let through was stopped', async () => {
    const { after, call } = gated({}, (count) => (count === 1 ? fault('spent') : { answer: 'ok' }), { callMs: 5 })
    const first = code(call())
    await after(30_005)
    expect(await first).toBe('MODEL_QUOTA_SPENT')
    const stopped = new AbortController()
    const [probe, next] = [code(call(stopped.signal)), call()]
    stopped.abort('stopped')
    await after(100)
    expect(await next).toBe('ok')
    await probe
  })

  it('but not for what no other try could help', async () => {
    const { begun, call } = gated({}, (count) => (count === 1 ? fault('final') : { answer: 'ok' }))
    expect(await code(call())).toBe('MODEL_FAILED')
    expect(await call()).toBe('ok')
    expect(begun).toHaveLength(2)
  })
})
