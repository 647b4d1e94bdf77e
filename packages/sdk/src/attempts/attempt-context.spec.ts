import { describe, expect, it } from 'vitest'
import { callTool } from '../tools/call-tool.ts'
import { AttemptContext } from './attempt-context.ts'

/** The context of an attempt of a worker that holds `read`, and what it passed on. */
function contextOf() {
  const called: unknown[] = []
  const wakes = new Set<() => void>()
  const context = new AttemptContext(
    {
      run: 'r',
      task: { id: 't', type: 'work', body: null },
      epoch: 1,
      worker: 'w',
      slot: 'w/1',
      inputs: {},
      timeoutMs: 1_000,
    },
    {
      discovered: () => {},
      emitted: () => {},
      progress: () => {},
      call: (name, input) => Promise.resolve([called.push([name, input]), name]),
      ask: () => Promise.reject(new Error('not asked')),
    },
    {
      toolNames: ['read'],
      skills: [],
      clock: {
        now: () => 0,
        wakeIn: (_, wake) => {
          wakes.add(wake)
          return () => wakes.delete(wake)
        },
      },
    },
  )
  return { context, called, wakes }
}

describe('the end of an attempt', () => {
  it('P11: forgets waits that still go on, so that no timer outlives it', () => {
    const { context, wakes } = contextOf()
    void context.clock.sleep(60_000)
    void context.clock.sleep(60_000)
    expect(wakes.size).toBe(2)
    AttemptContext.end(context)
    expect(wakes.size).toBe(0)
  })
})

describe('a call by a name that somebody else chose', () => {
  it('M-24: goes to the gateway, whether the worker holds the tool or not, as long as the attempt lives', async () => {
    const { context, called } = contextOf()
    await callTool(context as never, 'read', { path: 'a' })
    await callTool(context as never, '__proto__', null)
    await callTool(context as never, 'x'.repeat(1_000), null)
    expect(called).toEqual([
      ['read', { path: 'a' }],
      ['__proto__', null],
      ['x'.repeat(200), null],
    ])
    AttemptContext.end(context)
    await expect(callTool(context as never, 'read', {})).rejects.toMatchObject({ code: 'ATTEMPT_DEAD' })
  })

  it('M-24: is denied in a context that a test made, where the worker does not hold the tool', async () => {
    const context = { tools: { read: () => Promise.resolve('text') } } as never
    expect(await callTool(context, 'read', {})).toBe('text')
    await expect(callTool(context, 'toString', {})).rejects.toMatchObject({ code: 'TOOL_DENIED' })
  })
})
