import { describe, expect, it } from 'vitest'
import { LEASE_MS, log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { measure } from './measure.ts'

const two = (setup: Parameters<LogBuilder['run']>[0] = {}) => log().run({ slots: ['worker/1', 'worker/2'], ...setup })

describe('measure', () => {
  it('Q5: tells makespan, work, path and bound of a run that keeps its slots busy', () => {
    const story = two()
      .task('a')
      .same()
      .task('b')
      .same()
      .task('c', { dependsOn: ['a'] })
    story.begin('a').begin('b').wait(100).succeed('a').begin('c').wait(50).succeed('b').wait(50).succeed('c')
    expect(measure(story.completed().facts)).toMatchObject({
      tasks: 3,
      attempts: 3,
      slots: 2,
      makespanMs: 200,
      workMs: 350,
      pathMs: 200,
      boundMs: 200,
      ratio: 1,
      idleMs: 50,
      waitMs: 0,
      wasteMs: 0,
    })
  })

  it('Q5: counts the time that a task waits for its slot, and slots that are idle meanwhile', () => {
    const story = two().task('a').wait(30).begin('a').wait(100).succeed('a').completed()
    expect(measure(story.facts)).toMatchObject({ makespanMs: 130, boundMs: 100, ratio: 1.3, waitMs: 30, idleMs: 160 })
  })

  it('Q7: counts the time of attempts that came to nothing, and how long silence went unnoticed', () => {
    const story = two().task('a').begin('a').wait(1000).beat('a').wait(LEASE_MS).lose('a')
    story.wait(200).begin('a').wait(100).succeed('a').completed()
    const { attempts, wasteMs, workMs, detectionMs, waitMs } = measure(story.facts)
    expect({ attempts, wasteMs, workMs, detectionMs, waitMs }).toEqual({
      attempts: 2,
      wasteMs: LEASE_MS + 1000,
      workMs: 100,
      detectionMs: LEASE_MS,
      waitMs: 0,
    })
  })

  it('Q4: tells by how many starts one queue went ahead of another', () => {
    const story = two({ slots: ['worker/1'] })
    for (const id of ['a1', 'a2', 'a3', 'b1']) story.task(id, { key: id.charAt(0) })
    story.done('a1').done('a2').done('a3').done('b1').completed()
    expect(measure(story.facts)).toMatchObject({ fairnessGap: 3, backlogMax: 4 })
  })

  it('Q8: counts messages and decisions per task', () => {
    const story = two().task('a').done('a').hear().completed()
    expect(measure(story.facts)).toMatchObject({ messagesPerTask: 3, decisionsPerTask: 2 })
  })

  it('Q10: tells how much longer one slot worked than another', () => {
    const story = two()
      .task('a')
      .task('b')
      .begin('a')
      .wait(70)
      .succeed('a')
      .begin('b')
      .wait(30)
      .succeed('b')
      .completed()
    expect(measure(story.facts)).toMatchObject({ balanceGapMs: 100 })
  })

  it('takes a log without any work', () => {
    expect(measure([])).toMatchObject({ tasks: 0, makespanMs: 0, boundMs: 0, ratio: 1, balanceGapMs: 0 })
    expect(measure(two().completed().facts)).toMatchObject({ tasks: 0, makespanMs: 0, ratio: 1 })
  })

  it('leaves out the slots that the cap on attempts keeps from working', () => {
    const story = two({ limits: { slotsMax: 1 } })
      .task('a')
      .begin('a')
      .wait(100)
      .succeed('a')
      .completed()
    expect(measure(story.facts)).toMatchObject({ slots: 1, idleMs: 0, boundMs: 100 })
  })
})
