import { BUILT_IN_STRATEGIES, composeStrategy, criticalPath, priority } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { certificateHtml } from './certificate-html.ts'
import { certificateJson, certificateText } from './certificate-text.ts'
import type { Certificate } from './certificate.ts'
import { certify } from './certify.ts'

const few = { graphs: 6, schedules: 20 }
const fifo = certify(BUILT_IN_STRATEGIES[0] as (typeof BUILT_IN_STRATEGIES)[number], few)
/** Starts a task only while an even number of them is open, which leaves slots idle, and some tasks for ever. */
const hesitant = composeStrategy({
  name: 'hesitant',
  admission: { admit: ({ tally }) => tally.unresolved % 3 !== 0 },
})

const verdictOf = ({ guarantees }: Certificate, name: string) =>
  guarantees.find(({ guarantee }) => guarantee === name)?.verdict

describe('a certificate', () => {
  it('Q5: holds every fault-free run of a greedy strategy within the bound, and none below the least', () => {
    for (const { ratio, withinBound, unfinished, slots } of fifo.makespans) {
      expect([withinBound, unfinished]).toEqual([6, 0])
      expect(ratio.p50).toBeGreaterThanOrEqual(1)
      expect(ratio.max).toBeLessThanOrEqual(2 - 1 / slots)
    }
  })

  it('Q5: holds every run with faults within the bound with waste and delay', () => {
    expect(fifo.faults.map(({ slots }) => slots)).toEqual([2, 4, 8])
    for (const { withinBound, ratio, unfinished, parts } of fifo.faults) {
      expect([withinBound, unfinished]).toEqual([30, 0])
      expect(ratio.max).toBeGreaterThan(0.5)
      expect(parts.work + parts.waste + parts.path + parts.delay).toBeCloseTo(1)
    }
  })

  it('Q5: finds no strategy better than the optimum, and the critical path no worse than fifo', () => {
    const path = certify(composeStrategy({ name: 'path', order: criticalPath }), few)
    for (const [index, { ratio, optimal }] of path.regrets.entries()) {
      expect(ratio.p50).toBe(1)
      expect(optimal).toBeGreaterThanOrEqual(fifo.regrets[index]?.optimal ?? Infinity)
      expect(ratio.max).toBeLessThanOrEqual(1.5)
    }
  })

  it('L4: measures detection from the true end of a host, up to the lease', () => {
    for (const { detectionMs } of fifo.faults) {
      expect(detectionMs.count).toBeGreaterThan(20)
      expect(detectionMs.max).toBeLessThanOrEqual(100)
    }
  })

  it('tells what is declared and held from what is broken, and from what is not declared', () => {
    expect(verdictOf(fifo, 'work-conserving')).toBe('held')
    expect(verdictOf(fifo, 'priority')).toBe('broken')
    const urgent = certify(composeStrategy({ name: 'urgent', order: priority, guarantees: ['priority'] }), few)
    expect(verdictOf(urgent, 'priority')).toBe('held')
    const broken = certify(hesitant, few)
    expect(verdictOf(broken, 'work-conserving')).toBe('broken')
    expect(certificateText(broken)).toContain('✗ work-conserving: declared, broken in')
  })

  it('D1: is the same each time, as text, JSON and page', () => {
    const again = certify(BUILT_IN_STRATEGIES[0] as (typeof BUILT_IN_STRATEGIES)[number], few)
    expect(certificateJson(again)).toBe(certificateJson(fifo))
    expect(certificateHtml(again)).toBe(certificateHtml(fifo))
    expect(JSON.parse(certificateJson(fifo))).toEqual(fifo)
  })

  it('is a page that loads nothing and in which no name becomes markup', () => {
    const page = certificateHtml({ ...fifo, strategy: '<script>alert(1)</script>' })
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/<script|https?:|url\(|<link|<img/)
  })
})
