import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadSubject } from './load-subject.ts'
import { runCampaignInThreads } from './run-campaign-in-threads.ts'
import { runCampaign } from './run-campaign.ts'

const subject = (name: string): string => new URL(`./subjects/${name}.fixture.ts`, import.meta.url).href

describe('a campaign in threads', () => {
  it('tries as much as in one thread, and other schedules in each', async () => {
    const threaded = await runCampaignInThreads(subject('right'), { schedules: 301, threads: 2 })
    expect(threaded).toMatchObject({ verdict: 'pass', schedules: 301, threads: 2, subject: 'strategy right' })
    const half = await runCampaign(await loadSubject(subject('right')), { schedules: 150 })
    expect(threaded.reach.cells).toBeGreaterThan(half.reach.cells)
  })

  it('D1: tells code apart that answers otherwise once it is loaded anew', async () => {
    const report = await runCampaignInThreads(subject('remembering'), { schedules: 400, threads: 1 })
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 4 })
    expect(report.reasons[0]).toContain('once the module was loaded anew')
  })

  it('ends when code loops for ever, and names the line', async () => {
    const report = await runCampaignInThreads(subject('endless'), { threads: 2, silentMsMax: 1_500 })
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 3, failures: [{ failure: 'SUBJECT_ENDLESS' }] })
    const lines = readFileSync(new URL(subject('endless')), 'utf8').split('\n')
    const line = lines.findIndex((text) => text.includes('for (let')) + 1
    expect(report.failures[0]?.fault?.at).toMatch(new RegExp(`/endless\\.fixture\\.ts:${line}:`))
  })

  it('calls code crashed that throws where nobody can catch it, and names the line', async () => {
    const report = await runCampaignInThreads(subject('exploding'), { threads: 1 })
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 3, failures: [{ failure: 'SUBJECT_THREW' }] })
    expect(report.reasons[0]).toMatch(/exploding\.fixture\.ts:8:\d+: .*too late to catch/)
  })

  it.each([
    ['nothing', /nothing\.fixture\.ts: The module holds nothing.*received an object with order, retry/],
    ['broken', /broken\.fixture\.ts:\d+:\d+: .*no such thing/],
    ['missing', /missing\.fixture\.ts: /],
    ['unsettled', /unsettled\.fixture\.ts: The thread .* a promise that never settles/],
    ['leaving', /leaving\.fixture\.ts: The thread .* exit code 7/],
  ])('refuses a module that is no subject (%s), and says why', async (name, reason) => {
    await expect(runCampaignInThreads(subject(name), { threads: 1 })).rejects.toThrow(reason)
  })
})

describe('a lane', () => {
  it('that does not fit the code is refused, with the one that does', async () => {
    await expect(loadSubject(subject('right'), 'async')).rejects.toMatchObject({
      code: 'SUBJECT_INVALID',
      expected: 'code for the async lane',
      received: 'code for the pure one',
    })
    expect((await loadSubject(subject('right'), 'pure')).subject.kind).toBe('strategy')
  })

  it('that is sealed takes a worker only', async () => {
    await expect(loadSubject(subject('right'), 'sealed')).rejects.toMatchObject({ code: 'SEALED_UNSUPPORTED' })
  })
})
