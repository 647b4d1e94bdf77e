import { describe, expect, it } from 'vitest'
import { BosunError, errorRecord, errorRecordOf } from './bosun-error.ts'
import { ERROR_REGISTRY, type ErrorEntry } from './error-registry.ts'

describe('the error registry', () => {
  it.each(Object.entries<ErrorEntry>(ERROR_REGISTRY))(
    '%s says what is wrong and what to do, in sentences',
    (code, entry) => {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
      expect(entry.summary).toMatch(/^[A-Z].*\.$/)
      expect(entry.fix).toMatch(/^[A-Z].*\.$/)
    },
  )
})

describe('a Bosun error', () => {
  it('names the place, what was expected and received, and the fix', () => {
    const error = new BosunError('TASK_DEPENDENCY_UNKNOWN', {
      at: 'tasks[2].dependsOn[0]',
      expected: 'an id',
      received: '"marz"',
    })
    expect(error.message).toBe(
      'tasks[2].dependsOn[0]: A task depends on a task that does not exist (expected an id, received "marz"). Add the missing task, or correct the id in dependsOn.',
    )
    expect(error.fault).toBe('caller')
    expect(error.retryable).toBe(false)
  })

  it('is known by its brand and code, also as one of another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { code: 'TASK_CYCLE' })
    Object.defineProperty(foreign, Symbol.for('bosun.error'), { value: true })
    expect(BosunError.is(foreign, 'TASK_CYCLE')).toBe(true)
    expect(BosunError.is(foreign, 'TASK_INVALID')).toBe(false)
    expect(BosunError.is(new Error('x'))).toBe(false)
  })

  it('keeps a Bosun error as it is, and any other value as the cause', () => {
    const own = new BosunError('TASK_CYCLE')
    expect(BosunError.from(own, 'INTERNAL')).toBe(own)
    const cause = new TypeError('nope')
    expect(BosunError.from(cause, 'WORKER_THREW').cause).toBe(cause)
    expect(BosunError.from('text', 'WORKER_THREW').message).toContain('text')
  })

  it('becomes plain data of bounded length, which keeps the place and the fix', () => {
    const error = new BosunError('TASK_CYCLE', { at: 'a', received: 'x'.repeat(100_000) })
    const { message } = errorRecord(error)
    expect(message.length).toBeLessThan(10_000)
    expect(message).toMatch(/^a: The dependencies.* x+ … x+\)\. Break the cycle/)
  })

  it('becomes plain data without stack and cause', () => {
    expect(errorRecord(new BosunError('TASK_CYCLE', { at: 'a → b → a' }))).toEqual({
      code: 'TASK_CYCLE',
      message:
        'a → b → a: The dependencies of some tasks form a cycle. Break the cycle at one of the arrows of the path.',
      at: 'a → b → a',
    })
  })
})

it('makes the record of an error that is not thrown as of one that is', () => {
  for (const detail of [
    {},
    { at: 'a', expected: 'b', received: 'c' },
    { summary: 'S.', fix: 'F.', at: 'x'.repeat(9_000) },
  ]) {
    expect(errorRecordOf('TASK_CYCLE', detail)).toEqual(errorRecord(new BosunError('TASK_CYCLE', detail)))
  }
})
