import { BosunError, errorRecord } from '@bosun/core'
import { expect, it } from 'vitest'
import { reasonOf } from './reason.ts'

it('says what a worker threw in its own words, once', () => {
  const error = errorRecord(new BosunError('WORKER_THREW', { at: 'nap/1', received: 'had a nightmare (again).' }))
  expect(error.message).toContain('nap/1: The worker ended with an error (received had')
  expect(reasonOf(error, 'nap/1')).toBe('had a nightmare (again).')
})

it('keeps what was expected, and leaves out the task and the advice of the code', () => {
  const error = errorRecord(new BosunError('OUTPUT_MISSING', { at: 'a', expected: 'x.txt', received: 'nothing' }))
  expect(reasonOf(error, 'a')).toBe(
    'A worker reported success but a declared output is missing (expected x.txt, received nothing).',
  )
  expect(reasonOf(error, 'b')).toMatch(/^a: A worker reported/)
})

it('leaves other messages and codes as they are', () => {
  expect(reasonOf({ code: 'WORKER_THREW', message: 'no such planet' }, 'mars')).toBe('no such planet')
  expect(reasonOf({ code: 'OF_TOMORROW' as never, message: 'a: b. ' }, 'x')).toBe('a: b. ')
})
