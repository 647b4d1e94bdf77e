import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { corpusPath } from '@bosun/corpora'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptId, parseAttemptId } from './attempt-id.ts'
import { isTaskId, isTaskType, TaskIdSchema, TaskSchema } from './task.ts'

const corpus = corpusPath('naughty-strings')
if (corpus === undefined) console.warn('The corpus of naughty strings is not here: its tests are skipped.')

describe('T-03: a task is plain data', () => {
  it('comes back equal after a trip through JSON', () => {
    const task = TaskSchema.parse({
      id: 'generate-mars-page',
      type: 'generate_page',
      body: 'Mars',
      dependsOn: ['a'],
      priority: 2,
    })
    expect(TaskSchema.parse(JSON.parse(JSON.stringify(task)))).toEqual(task)
  })

  it('refuses a key it does not know, with its name', () => {
    const parsed = TaskSchema.safeParse({ id: 'a', type: 't', body: null, depend_on: ['b'] })
    expect(parsed.error?.message).toContain('depend_on')
  })
})

describe('task ids', () => {
  it.each(['a', 'generate-mars-page', 'scan/src/internal', '@scope/x', '[slug]', '(group)', 'a.b', '%20', '+x'])(
    'takes %s',
    (id) => {
      expect(TaskIdSchema.safeParse(id).success).toBe(true)
    },
  )

  it.each([
    '',
    ' ',
    'a b',
    '../x',
    'a/../b',
    'a/./b',
    '/a',
    'a/',
    'a//b',
    '-a',
    'a~2',
    'a\n',
    '__proto__',
    'a/__proto__',
    'é',
    'x'.repeat(201),
  ])('refuses %j', (id) => {
    expect(TaskIdSchema.safeParse(id).success).toBe(false)
  })

  it.skipIf(corpus === undefined)(
    'holds nothing that can hurt: a naughty string that is taken is plain ASCII without space, quote or bracket <>',
    () => {
      const strings = JSON.parse(readFileSync(join(corpus ?? '', 'blns.json'), 'utf8')) as string[]
      const taken = strings.filter((text) => TaskIdSchema.safeParse(text).success)
      for (const id of taken) expect(id).toMatch(/^[A-Za-z0-9_@%()[\]+=,.:/-]{1,200}$/)
      expect(strings.length - taken.length).toBeGreaterThan(400)
    },
  )

  it('are told apart by the quick check as by the schema, and so are types', () => {
    const sign = fc.constantFrom(
      'a',
      'Z',
      '0',
      '_',
      '.',
      '..',
      '/',
      '//',
      '-',
      ':',
      '~',
      '__proto__',
      ' ',
      '\n',
      'é',
      '@',
    )
    const id = fc.oneof(
      fc.string(),
      fc.array(sign).map((signs) => signs.join('')),
      fc.string({ minLength: 195 }),
    )
    const long = fc.integer({ min: 95, max: 205 }).map((length) => 'x'.repeat(length))
    fc.assert(
      fc.property(fc.oneof(id, long, fc.anything()), (value) => {
        expect(isTaskId(value)).toBe(TaskIdSchema.safeParse(value).success)
        expect(isTaskType(value)).toBe(TaskSchema.shape.type.safeParse(value).success)
      }),
    )
  })

  it('M-29: the id of an attempt names run, task and epoch, and can be read back', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9-]{1,20}$/),
        fc.stringMatching(/^[a-z@/]{1,20}$/),
        fc.integer({ min: 1, max: 1_000_000 }),
        (run, task, epoch) => {
          expect(parseAttemptId(attemptId(run, task, epoch))).toEqual({ run, task, epoch })
        },
      ),
    )
  })

  it.each(['', 'run', 'run/task', 'run/task@', 'run/task@0', 'run/task@1.5', '/task@1', 'run/@1'])(
    'is no attempt id: %j',
    (text) => {
      expect(parseAttemptId(text)).toBeUndefined()
    },
  )
})
