import { describe, expect, it } from 'vitest'
import type { SubjectFault } from '../trace/trace.ts'
import { guardAmbient, holdAmbient, releaseAmbient } from './ambient-guard.ts'

const watched = () => {
  const faults: SubjectFault[] = []
  return { faults, watch: { ambientRefused: (fault: SubjectFault) => void faults.push(fault) } }
}

const swallowing = () => {
  try {
    return Date.now()
  } catch {
    return 0
  }
}

describe('the guard around a policy', () => {
  it('refuses the clock of the machine with advice and line, and tells of it though it was swallowed', () => {
    const { faults, watch } = watched()
    expect(guardAmbient(watch, swallowing)).toBe(0)
    expect(faults).toEqual([
      {
        code: 'SUBJECT_AMBIENT',
        message: expect.stringMatching(/received Date\.now\)\. Use the clock, the random numbers and the tools/),
        at: expect.stringMatching(/ambient-guard\.spec\.ts:12:\d+$/),
      },
    ])
  })

  it('stays up for the outer code when inner code is done, and is down afterwards, whatever was thrown', () => {
    const outer = watched()
    const inner = watched()
    const now = Date.now
    guardAmbient(outer.watch, () => {
      expect(() => guardAmbient(inner.watch, () => Math.random())).toThrow(/Math\.random/)
      expect(() => Math.random()).toThrow(/Math\.random/)
    })
    expect([outer.faults.length, inner.faults.length]).toEqual([1, 1])
    expect([Date.now, Math.random() < 1]).toEqual([now, true])
  })

  it('leaves alone what holds no clock: dates that are told, their text, their class', () => {
    const { faults, watch } = watched()
    const held = holdAmbient(watch)
    const date = new Date(Date.UTC(2020, 0, 1))
    class Day extends Date {}
    const day = new Day(0)
    releaseAmbient(held)
    expect([date instanceof Date, day instanceof Day, date.toISOString(), day.getTime(), faults]).toEqual([
      true,
      true,
      '2020-01-01T00:00:00.000Z',
      0,
      [],
    ])
  })
})
