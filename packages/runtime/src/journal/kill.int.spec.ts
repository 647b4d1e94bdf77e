import { describe, expect, it } from 'vitest'
import { killTorture } from './kill-torture.fixture.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

describe('A journal whose writer is killed', () => {
  it('P1: has every fact that was acknowledged, over 10 kills', { timeout: 120_000 }, async () => {
    const report = await killTorture(temporaryFolder(), 10)
    expect(report).toMatchObject({ kills: 10, lost: 0 })
    expect(report.acked).toBeGreaterThan(0)
  })
})
