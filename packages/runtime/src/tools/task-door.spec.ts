import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HostMessageSchema } from '../hosts/host-protocol.ts'
import { prepareTask } from './task-door.ts'

/** What a worker that names these files says of its task. */
function prepared(paths: string[]) {
  const worker = defineWorker({
    name: 'writer',
    summary: 'Writes.',
    handles: 'write',
    body: z.null(),
    result: z.null(),
    outputs: () => paths,
    run: () => null,
  })
  return prepareTask([worker], { id: 'a', type: 'write', body: null })
}

describe('what a worker says of a task', () => {
  it.each([
    ['a path that is too long for a file', ['x/'.repeat(2_100) + 'x'], 'FILE_REFUSED'],
    ['a path that is too long once it is written', ['é'.repeat(2_100)], 'FILE_REFUSED'],
    ['too many files', Array.from({ length: 10_001 }, (_, index) => `f${index}`), 'PLUGIN_INVALID'],
  ])('P11: is an answer that its host can send, also for %s', (_name, paths, code) => {
    const answer = prepared(paths)
    expect(answer).toMatchObject({ id: 'a', error: { code } })
    expect(HostMessageSchema.safeParse({ type: 'prepared', request: 1, tasks: [answer] }).success).toBe(true)
  })

  it('T-27: names each file once', () => {
    expect(prepared(['a', 'b', 'a'])).toEqual({ id: 'a', outputs: ['a', 'b'] })
  })
})
