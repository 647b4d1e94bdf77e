import type { Task } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { patchContext } from '../decide/manager-inputs.ts'
import { story, task, worker } from '../kernel.fixture.ts'
import { checkPatch } from './check-patch.ts'

const workers = [
  worker('writer', { skills: ['html', 'css'] }),
  worker('plain', { handles: 'mute', summary: '' }),
  worker('reader', { handles: 'read' }),
]

/** A run that knows `known` (writing `shared`) and `next` behind it. */
function check(...tasks: readonly Task[]): readonly string[] {
  const { kernel } = story({ workers, slots: 0 }).plan(
    task('known', { outputs: ['shared'] }),
    task('next', { dependsOn: ['known'] }),
  )
  return checkPatch(kernel.state, tasks, patchContext(kernel)).map(({ id }) => id)
}

describe('refuses a broken graph as a whole and names the place (T-23)', () => {
  const refusals: Record<string, { tasks: Task[]; code: string; at: string }> = {
    'an id that comes twice': {
      tasks: [task('a'), task('b'), task('a')],
      code: 'TASK_ID_REPEATED',
      at: 'tasks[2] "a"',
    },
    'an id that is taken by another specification': {
      tasks: [task('a'), task('known', { body: 2 })],
      code: 'TASK_ID_CONFLICT',
      at: 'tasks[1] "known"',
    },
    'a dependency that does not exist': {
      tasks: [task('a'), task('b', { dependsOn: ['a', 'marz'] })],
      code: 'TASK_DEPENDENCY_UNKNOWN',
      at: 'tasks[1] "b".dependsOn[1]',
    },
    'a task that depends on itself': {
      tasks: [task('a', { dependsOn: ['known', 'a'] })],
      code: 'TASK_DEPENDENCY_SELF',
      at: 'tasks[0] "a".dependsOn[1]',
    },
    'a cycle of two': {
      tasks: [task('a', { dependsOn: ['b'] }), task('b', { dependsOn: ['a'] })],
      code: 'TASK_CYCLE',
      at: 'a → b → a',
    },
    'a cycle behind tasks that are on none': {
      tasks: [
        task('before'),
        task('a', { dependsOn: ['before', 'c'] }),
        task('b', { dependsOn: ['a'] }),
        task('c', { dependsOn: ['b'] }),
        task('after', { dependsOn: ['c'] }),
      ],
      code: 'TASK_CYCLE',
      at: 'a → c → b → a',
    },
    'a type that no worker handles (T-08)': {
      tasks: [task('a'), task('b', { type: 'fly' })],
      code: 'TASK_TYPE_UNHANDLED',
      at: 'tasks[1] "b"',
    },
    'skills that no worker has together': {
      tasks: [task('a', { skills: ['html', 'latin'] })],
      code: 'TASK_SKILL_MISSING',
      at: 'tasks[0] "a"',
    },
    'a task without a purpose whose worker states none (T-01)': {
      tasks: [task('a', { type: 'mute' })],
      code: 'TASK_PURPOSE_MISSING',
      at: 'tasks[0] "a"',
    },
    'two new tasks without an order that write one output (T-17)': {
      tasks: [task('a', { outputs: ['x'] }), task('b', { outputs: ['x'] })],
      code: 'TASK_OUTPUT_SHARED',
      at: '"a" and "b"',
    },
    'a new task that writes what a task of the run writes': {
      tasks: [task('a', { outputs: ['shared'] })],
      code: 'TASK_OUTPUT_SHARED',
      at: '"known" and "a"',
    },
  }
  it.each(Object.entries(refusals))('%s', (_name, { tasks, code, at }) => {
    expect(() => check(...tasks)).toThrow(expect.objectContaining({ code, at }) as Error)
  })
})

describe('accepts', () => {
  it('tasks in any order, and returns every dependency before its dependants', () => {
    expect(check(task('c', { dependsOn: ['b'] }), task('b', { dependsOn: ['a', 'known'] }), task('a'))).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  it('keeps the given order where the graph leaves it open', () => {
    expect(check(task('z'), task('m'), task('a'))).toEqual(['z', 'm', 'a'])
  })

  it('the very same specification again, and leaves it out', () => {
    expect(check(task('known', { outputs: ['shared'] }), task('a'))).toEqual(['a'])
  })

  it('a dependency that is named twice', () => {
    expect(check(task('b', { dependsOn: ['a', 'a'] }), task('a'))).toEqual(['a', 'b'])
  })

  it('skills that one worker has, in any order', () => {
    expect(check(task('a', { skills: ['css', 'html'] }))).toEqual(['a'])
  })

  it('a purpose of the task where the worker states none', () => {
    expect(check(task('a', { type: 'mute', purpose: 'Says nothing.' }))).toEqual(['a'])
  })

  it('writers of one output that are in order, however far apart', () => {
    expect(check(task('a', { dependsOn: ['next'], outputs: ['shared'] }))).toEqual(['a'])
  })

  it('a writer of an output whose former writer has ended', () => {
    const run = story({ workers }).plan(task('first', { outputs: ['x'] }))
    run.succeed('first')
    const second = task('second', { outputs: ['x'] })
    expect(checkPatch(run.kernel.state, [second], patchContext(run.kernel))).toEqual([second])
  })
})

it('tells the skills "a b" from the skills "a" and "b"', () => {
  const run = story({ workers: [worker('one', { skills: ['a b'] }), worker('two', { skills: ['a', 'b'] })] })
  run.plan(task('x', { skills: ['a b'] }), task('y', { skills: ['b', 'a'] }))
  expect(run.of('task.assigned').map((fact) => `${fact.task} ${fact.worker}`)).toEqual(['x one', 'y two'])
})
