import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LINE_BYTES_MAX, LineQueue } from './line-queue.ts'

const never = new AbortController().signal

describe('lines on their way', () => {
  it('are the same however they are cut into chunks', async () => {
    const line = fc
      .record({ id: fc.nat(), text: fc.string({ unit: 'grapheme' }) })
      .map((message) => JSON.stringify(message))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), fc.array(fc.nat(400)), async (lines, cuts) => {
        const bytes = Buffer.from(`${lines.join('\n')}\n`)
        const queue = new LineQueue()
        const ends = [...new Set(cuts.filter((cut) => cut < bytes.length)), bytes.length].toSorted(
          (one, other) => one - other,
        )
        let from = 0
        for (const end of ends) {
          expect(queue.push(bytes.subarray(from, end))).toBe(true)
          from = end
        }
        expect(await queue.take(never)).toEqual(lines)
      }),
    )
  })

  it('go at once with a request or an answer, and take the notices that wait along', async () => {
    const queue = new LineQueue()
    queue.push(Buffer.from('{"method":"a"}\n{"method":"b"}\n'))
    const taken = queue.take(never)
    queue.push(Buffer.from('{"id":1,"method":"c"}\n'))
    expect(await taken).toHaveLength(3)
  })

  it('go by themselves after a while, and none come after the end', async () => {
    const queue = new LineQueue()
    queue.push(Buffer.from('{"method":"a"}\n'))
    expect(await queue.take(never)).toEqual(['{"method":"a"}'])
    queue.end()
    expect(await queue.take(never)).toEqual([])
  })

  it('M-34: are waited for no longer than the caller lives', async () => {
    const controller = new AbortController()
    const taken = new LineQueue().take(controller.signal)
    controller.abort(new Error('stopped'))
    await expect(taken).rejects.toThrow('stopped')
  })

  it('H23: are refused when one has no end, and hold up their sender when nobody takes them', () => {
    const queue = new LineQueue()
    const half = Buffer.alloc(LINE_BYTES_MAX / 2, 'x')
    expect([queue.push(half), queue.isFull, queue.push(half), queue.push(Buffer.from('x'))]).toEqual([
      true,
      false,
      true,
      false,
    ])
    const other = new LineQueue()
    other.push(Buffer.concat([half, Buffer.from('\nx\n')]))
    expect(other.isFull).toBe(true)
  })
})
