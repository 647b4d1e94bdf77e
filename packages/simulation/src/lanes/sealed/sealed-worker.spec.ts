import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AsyncLane } from '../async-lane.ts'
import { smallWorld } from '../small-world.fixture.ts'
import { sealedSource } from './sealed-source.ts'
import { sealedWorker } from './sealed-worker.ts'

const fixture = new URL('./sealed-worker.fixture.ts', import.meta.url)

let lane: AsyncLane
beforeEach(async () => {
  lane = new AsyncLane()
  await lane.open()
})
afterEach(() => lane.close())

describe('a sealed worker', () => {
  it('runs on simulated time, and each schedule finds its module as if it had never run', async () => {
    const counter = sealedWorker(fixture, 'counter')
    const logs: (readonly string[])[] = []
    for (let schedule = 0; schedule < 2; schedule += 1) {
      const world = smallWorld(lane)
      world.start(counter, 'a', 10)
      world.start(counter, 'b', 20)
      await world.run()
      expect(world.faults).toEqual([])
      logs.push(world.log)
      lane.close()
      await lane.open()
    }
    expect(logs[1]).toEqual(logs[0])
    expect(logs[0]).toEqual([
      '10 a: emit {"at":10,"is":"1970-01-01T00:00:00.010Z"}',
      '10 a: result "2 0.25"',
      '20 b: emit {"at":20,"is":"1970-01-01T00:00:00.020Z"}',
      '20 b: result "2 0.25"',
    ])
  })

  it('calls tools and hears that it has to stop', async () => {
    const world = smallWorld(lane, (_, input) =>
      input === 'fail' ? { error: { code: 'TOOL_FAILED', message: 'down' } } : { value: [input] },
    )
    const attempt = world.start(sealedWorker(fixture, 'reader'), 'a', 'mars')
    world.at(30_000, () => attempt.abort())
    await world.run()
    expect(world.log.at(-1)).toBe('30000 a: result [["mars"],"TOOL_FAILED",true]')
  })

  it.each([
    ['now', 'Date.now'],
    ['date', 'new Date()'],
    ['random', 'Math.random'],
    ['timer', 'setTimeout'],
    ['performance', 'performance.now'],
    ['crypto', 'crypto.randomUUID'],
    ['weak', 'WeakRef'],
  ])('is refused what is not in its realm, with the line, though it swallows the error: %s', async (use, name) => {
    const world = smallWorld(lane)
    world.start(sealedWorker(fixture), 'a', use)
    await world.run()
    expect(world.log).toEqual(['5 a: result "swallowed"'])
    expect(world.faults).toMatchObject([{ code: 'SUBJECT_AMBIENT' }])
    expect(world.faults[0]?.message).toContain(`received ${name})`)
    expect(world.faults[0]?.at).toMatch(/sealed-worker\.fixture\.ts:\d+:\d+$/)
  })

  it('that waits for nothing is named as escaped', async () => {
    const world = smallWorld(lane)
    world.start(sealedWorker(fixture), 'a', 'nothing')
    await world.run()
    expect(world.faults).toMatchObject([{ code: 'SUBJECT_ESCAPED' }])
    expect(world.faults[0]?.message).toContain('worker cheat')
  })

  it('that drops a rejected promise is told of, with the line', async () => {
    const world = smallWorld(lane)
    world.start(sealedWorker(fixture), 'a', 'drop')
    await world.run()
    expect(world.faults).toMatchObject([
      { code: 'SUBJECT_THREW', at: expect.stringMatching(/sealed-worker\.fixture\.ts:\d+/) as unknown },
    ])
    expect(world.faults[0]?.message).toContain('nobody awaits: dropped')
  })

  it('is refused with the reason when its module cannot be sealed', () => {
    expect(() => sealedWorker(new URL('../async-lane.ts', import.meta.url))).toThrow(/@bosun\/sdk, received/)
    expect(() => sealedWorker(fixture, 'absent')).toThrow(/expected a worker as the export absent/)
  })
})

describe('the source of a sealed module', () => {
  it.each([
    ['export * from "x"', /received export \* from/],
    ['export { a } from "x"', /received export … from/],
    ['await 1', /received await is only valid/],
    ['const at = import.meta.url', /received Cannot use 'import\.meta'/],
    ['const text = `\nexport const a = 1`', /a text with a line that begins with import or export/],
  ])('refuses %j by name', (text, reason) => {
    expect(() => sealedSource(text, '/m.js')).toThrow(reason)
  })

  it('understands the forms of imports and exports, and keeps every line where it was', () => {
    const { script, imports } = sealedSource(
      [
        "import fallback, { one, two as zwei } from 'a'",
        "import * as space from 'b'",
        'import {',
        '  three,',
        "} from 'c'",
        'export const sum = one + zwei + three + fallback + space.four',
        'export function place() { return new Error().stack }',
        'export { sum as total }',
        'export default class Named {}',
      ].join('\n'),
      '/m.js',
    )
    const exports: Record<string, unknown> = {}
    const run = script.runInThisContext() as (imports: readonly object[], exports: object) => void
    run([{ default: 4, one: 1, two: 2 }, { four: 5 }, { three: 3 }], exports)
    expect(imports).toEqual(['a', 'b', 'c'])
    expect(exports).toMatchObject({ sum: 15, total: 15, default: expect.any(Function) as unknown })
    expect((exports['place'] as () => string)()).toContain('/m.js:7:')
  })
})
