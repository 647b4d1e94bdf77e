import { expect, it } from 'vitest'
import { stopRound } from './stop-rounds.ts'

const ROUND_MS = 60_000

it(
  'P5 S3: the late result of a host that was stopped past its lease is quarantined and no published file changes',
  async () => {
    const { facts: _facts, successor, stopped, shown, ...round } = await stopRound({ fate: 'continued', show: true })
    expect(round).toMatchObject({
      end: 'run.completed',
      published: `epoch ${successor}\n`,
      accepted: successor,
      quarantined: true,
      violations: [],
    })
    expect(round.lost).toContain('BEAT_MISSED')
    // The page of the run, then its log.
    expect(shown).toContain('Late results, kept aside:')
    expect(shown).toContain(`write attempt ${stopped}: it came after the attempt was over`)
    expect(shown).toMatch(/result\.quarantined .*task=write/)
  },
  ROUND_MS,
)

it(
  'P5 control: without the fence the late result is accepted, so the test above can fail',
  async () => {
    const round = await stopRound({ fate: 'continued', fence: false })
    expect(round.accepted).toBe(round.stopped)
    expect(round.quarantined).toBe(false)
  },
  ROUND_MS,
)

it(
  'P7 M-53: by default a host that was stopped past its lease is killed, and the loss is named with its evidence',
  async () => {
    const { facts: _facts, successor, ...round } = await stopRound({ fate: 'killed' })
    expect(round).toMatchObject({ end: 'run.completed', accepted: successor, quarantined: false, violations: [] })
    expect(round.lost).toContain('BEAT_MISSED')
  },
  ROUND_MS,
)
