import { isOutcome, type TaskStatus } from '@bosun/core'
import { expect, it } from 'vitest'
import { statesPage } from './states-page.fixture.ts'
import { TASK_TRANSITIONS } from './transitions.ts'

const table = Object.entries(TASK_TRANSITIONS) as [TaskStatus, Record<string, TaskStatus>][]

it('is drawn on a page of the docs that is current', async () => {
  await expect(statesPage()).toMatchFileSnapshot('../../../../docs/kernel-states.md')
})

it('lets nothing follow an outcome (S8)', () => {
  expect(table.filter(([from]) => isOutcome(from)).map(([, moves]) => moves)).toEqual([{}, {}, {}, {}, {}])
})

it('leads from every status that it leads to, to an outcome', () => {
  const reaches = (from: TaskStatus, seen: readonly TaskStatus[] = []): boolean =>
    isOutcome(from) ||
    Object.values(TASK_TRANSITIONS[from]).some((next) => !seen.includes(next) && reaches(next, [...seen, next]))
  const entered = new Set(table.flatMap(([, moves]) => Object.values(moves)))
  expect(Array.from(entered).filter((from) => !reaches(from))).toEqual([])
})
