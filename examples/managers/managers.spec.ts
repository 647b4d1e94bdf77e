import { checkManager, simulate, type Json } from 'bosun/testing'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import bestDraft, { check as bestDraftCheck } from './best-draft.ts'
import digest, { check as digestCheck } from './digest.ts'
import indexedAnswers, { check as indexedAnswersCheck } from './indexed-answers.ts'
import migration, { check as migrationCheck } from './migration.ts'
import replannedBook, { check as replannedBookCheck } from './replanned-book.ts'
import reviewedRelease, { check as reviewedReleaseCheck } from './reviewed-release.ts'
import siteSurvey, { check as siteSurveyCheck } from './site-survey.ts'
import tournament, { check as tournamentCheck } from './tournament.ts'

const managers = [
  ['best-draft', bestDraft, bestDraftCheck],
  ['digest', digest, digestCheck],
  ['indexed-answers', indexedAnswers, indexedAnswersCheck],
  ['migration', migration, migrationCheck],
  ['replanned-book', replannedBook, replannedBookCheck],
  ['reviewed-release', reviewedRelease, reviewedReleaseCheck],
  ['site-survey', siteSurvey, siteSurveyCheck],
  ['tournament', tournament, tournamentCheck],
] as const

for (const [name, manager, check] of managers) {
  checkManager(manager, { ...check, schedules: 500, module: `examples/managers/${name}.ts` })
}

/** What a manager finishes with in its plainest run, in which nothing goes wrong. */
function plainly([, manager, check]: (typeof managers)[number], goal: unknown) {
  const { end, log } = simulate(manager, { ...check, goal: goal as Json })
  expect({ ...end }).toMatchObject({ ended: 'run.completed' })
  expect(end.violation ?? end.fault).toBeUndefined()
  const last = log.find(({ type }) => type === 'run.completed') as unknown as { result: { result: unknown } }
  return last.result.result
}

describe('the composed managers', () => {
  it('are under 40 lines each', () => {
    const lines = managers.map(
      ([name]) => readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8').split('\n').length,
    )
    expect(Math.max(...lines)).toBeLessThanOrEqual(40) // the last line ends, too
  })

  it.each<readonly [string, Json, unknown]>([
    ['best-draft', 'the moon', { texts: ['plain', 'witty'].map((style) => `{"topic":"the moon","style":"${style}"}`) }],
    ['digest', ['a', 'bb', 'ccccc'], { titles: ['news of {"url":"a"}', 'news of {"url":"bb"}'] }],
    ['indexed-answers', ['who?'], 'who? Ada, 1843.\na to z'],
    ['migration', 4, 3],
    ['site-survey', 'index', { about: 5, blog: 4, index: 5, 'post-1': 6, 'post-2': 6 }],
    ['tournament', ['a', 'b', 'c', 'd', 'e'], 'a, b, c, d, e'],
    ['tournament', [], ''],
  ])('%s does what it says: %j', (name, goal, result) => {
    expect(plainly(managers.find(([other]) => other === name) as (typeof managers)[number], goal)).toEqual(result)
  })

  it('reviewed-release publishes what was accepted in the second round, and only then', () => {
    const { log } = simulate(reviewedRelease, { ...reviewedReleaseCheck })
    const added = log.flatMap((fact) => (fact.type === 'task.added' ? [fact.task.id] : []))
    expect(added).toEqual([
      'begin/docs',
      'begin/code',
      'change/execute/patch',
      'change/review/verdict',
      'change/execute:2/patch',
      'change/review:2/verdict',
      'publish/all',
    ])
  })

  it('M-33: indexed-answers goes on at once beside what is detached, and ends only when that is joined', () => {
    const schedules = Array.from({ length: 40 }, (_, seed) =>
      simulate(indexedAnswers, { ...indexedAnswersCheck, seed }),
    )
    for (const { end, log } of schedules) {
      expect(end.violation ?? end.fault).toBeUndefined()
      const at = (type: string, id: string) =>
        log.find((fact) => fact.type === type && 'task' in fact && fact.task === id)
      const written = at('task.assigned', 'answers')?.seq ?? Infinity
      const isJoined = ['task.succeeded', 'task.failed', 'task.lost', 'task.cancelled'].some(
        (type) => (at(type, 'index')?.seq ?? Infinity) < written,
      )
      expect(isJoined || written === Infinity).toBe(true)
    }
  })

  it('best-draft goes on when a draft that came too late is adopted after the end of the run', () => {
    // Two of three drafts are lost; then ada adopts one of them.
    const replay = 'b1:BGKThX94BAFYAwHzCwiyAghABoULAAG6AggDAfUJgSABWmFb'
    const { end, log } = simulate(bestDraft, { ...bestDraftCheck, replay })
    expect(log.map(({ type }) => type)).toContain('run.reopened')
    expect(end).toMatchObject({ ended: 'run.completed' })
    expect(end.fault ?? end.violation).toBeUndefined()
  })
})
