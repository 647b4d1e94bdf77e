import type { WorkerEntry } from '@bosun/core'
import { expect, it } from 'vitest'
import { completeTasks } from './complete-tasks.ts'

const worker = {
  name: 'w',
  handles: 'work',
  summary: 'Works.',
  skills: [],
  tools: [],
  effects: 'none',
} satisfies WorkerEntry
const task = { id: 'a', type: 'work', body: null }

it('T-02: a task that states no purpose gets that of its worker, and one that does keeps it', () => {
  expect(completeTasks([task], [{ id: 'a' }], [worker])).toEqual({ tasks: [{ ...task, purpose: 'Works.' }] })
  const own = { ...task, purpose: 'Because.' }
  expect(completeTasks([own], [{ id: 'a' }], [worker])).toEqual({ tasks: [own] })
})

it('M-22: the outputs that the worker names become those of the task', () => {
  expect(completeTasks([task], [{ id: 'a', outputs: ['x'] }], [])).toEqual({ tasks: [{ ...task, outputs: ['x'] }] })
})

it('the first task that cannot be taken refuses all', () => {
  const error = { code: 'TASK_BODY_INVALID', message: 'no' } as const
  expect(completeTasks([task, { ...task, id: 'b' }], [{ id: 'a' }, { id: 'b', error }], [worker])).toEqual({ error })
})

const using = (resource: string) => ({ ...task, uses: [{ resource, mode: 'read' as const }] })

it('M-21: a path pattern that cannot be read refuses its task before it is assigned', () => {
  expect(completeTasks([using('path:../x')], [{ id: 'a' }], [])).toMatchObject({
    error: { code: 'RULE_MALFORMED', at: 'a: uses' },
  })
  for (const resource of ['path:src/**', 'port:../80'])
    expect(completeTasks([using(resource)], [{ id: 'a' }], [])).toEqual({ tasks: [using(resource)] })
})
