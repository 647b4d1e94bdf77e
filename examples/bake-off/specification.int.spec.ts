import { describe, expect, it } from 'vitest'
import { bashMatcher, bashVersion } from './bash-matcher.fixture.ts'
import { answerCheck } from './judge/answer-check.ts'
import type { Check } from './judge/check.ts'
import { specification } from './specification.ts'

/** A run of Bash per question is slow, so laws are tried on fewer inputs here. */
const fewer = (check: Check): Check => (check.kind === 'property' ? { ...check, runs: 8 } : check)
const version = bashVersion()

const note = version === undefined ? ' (SKIPPED: no Bash with extglob and globstar)' : ''

describe('the specification of the bake-off', { timeout: 120_000 }, () => {
  it.skipIf(version === undefined).each(specification)(`M-60: is what Bash does: $title${note}`, ({ checks }) => {
    for (const check of checks) {
      const asked = check.kind === 'table' ? check.pattern : check.name
      expect([asked, answerCheck(bashMatcher, fewer(check))]).toEqual([asked, { id: check.id, verdict: 'right' }])
    }
  })

  it('gives each check an id of its own', () => {
    const ids = specification.flatMap(({ checks }) => checks.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('finds fault with a matcher that says yes to all, in every check', () => {
    const verdicts = specification.flatMap(({ checks }) =>
      checks
        .filter((check) => check.kind === 'property' || check.rejects.length > 0)
        .map((check) => answerCheck(() => () => true, check)),
    )
    expect(verdicts.filter(({ verdict }) => verdict === 'right')).toEqual([])
  })

  it('finds fault with a matcher that says no to all', () => {
    const checks = specification.flatMap((section) => section.checks)
    const right = checks.filter((check) => answerCheck(() => () => false, check).verdict === 'right')
    expect(right.map((check) => (check.kind === 'table' ? check.pattern : check.name))).toEqual(['[.]env'])
  })
})
