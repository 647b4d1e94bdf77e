import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runWatched } from './watched-thread.ts'

const entry = new URL('./watched-thread.fixture.ts', import.meta.url)
const lineOf = (text: string) =>
  readFileSync(entry, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1

describe('a watched thread', () => {
  it.each([
    ['a loop', 'spin', 'for (let count'],
    ['a loop of microtasks', 'spin in microtasks', 'for (;;)'],
  ])('that is caught in %s is ended, with the line that it is at', async (_, data, text) => {
    const end = await runWatched(entry, { data, silentMsMax: 1_500 })
    expect(end).toMatchObject({ type: 'silent', fault: { code: 'SUBJECT_ENDLESS' } })
    if (end.type !== 'silent') return
    expect(end.fault.at).toMatch(new RegExp(`/watched-thread\\.fixture\\.ts:${lineOf(text)}:\\d+$`))
    expect(end.fault.message).toMatch(/: Code under check runs without end \(received spin\w*\(\) has the thread/)
  })

  it('passes on its messages and how it ended', async () => {
    const messages: unknown[] = []
    expect(await runWatched(entry, { onMessage: (message) => messages.push(message) })).toEqual({
      type: 'exited',
      code: 0,
    })
    expect(messages).toEqual([0, 1, 2])
    const end = await runWatched(entry, { data: 'throw' })
    expect(end).toMatchObject({ type: 'threw', error: { message: 'broken' } })
  })

  it('that beats is never ended for its silence, only when it is told to stop', async () => {
    const stop = new AbortController()
    const end = runWatched(entry, {
      data: 'wait',
      silentMsMax: 1_500,
      signal: stop.signal,
      onMessage: (step) => {
        if (step === 2) stop.abort()
      },
    })
    expect(await end).toEqual({ type: 'stopped' })
  })
})
