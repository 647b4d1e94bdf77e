import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { corpusPath } from '@bosun/corpora'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call, place, program, tool } from './place.fixture.ts'

/** Appends the arguments of each start as one line. */
const RECORDER = `require('fs').appendFileSync('starts.jsonl', JSON.stringify(process.argv.slice(2)) + '\\n')`

async function recorder() {
  const { io, programs } = await place(onTestFinished)
  await program(join(programs, 'record'), RECORDER)
  const canary = join(io.staging, 'canary')
  const starts = async () => {
    const lines = await readFile(join(io.staging, 'starts.jsonl'), 'utf8').catch(() => '')
    return lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as string[])
  }
  return { io, handler: await tool({ searchPath: [programs] }), canary, starts }
}

const OWN = [
  '; {cmd}',
  '$({cmd})',
  '`{cmd}`',
  '| {cmd}',
  '&& {cmd}',
  '"; {cmd}; "',
  "'; {cmd}; '",
  '\n{cmd}\n',
  '> {cmd}',
]
const folder = corpusPath('command-injection')
const payloads =
  folder === undefined
    ? []
    : readFileSync(join(folder, 'strings.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as string)

describe('H4: an argument', () => {
  it('arrives as it was given, one by one and with one start each', async () => {
    const { io, handler, canary, starts } = await recorder()
    const args = OWN.map((payload) => payload.replaceAll('{cmd}', `touch ${canary}`))
    for (const one of args) await call(handler, { command: 'record', args: [one] }, io)
    expect(await starts()).toEqual(args.map((one) => [one]))
    expect(existsSync(canary)).toBe(false)
    // What a shell makes of the same texts, so that the canary is known to sing.
    for (const one of args) spawnSync('sh', ['-c', `echo ${one}`], { cwd: io.staging, stdio: 'ignore' })
    expect(existsSync(canary)).toBe(true)
  })

  it.skipIf(folder === undefined)('of the whole corpus arrives as it was given, all in one start', async () => {
    const { io, handler, canary, starts } = await recorder()
    const args = payloads.map((payload) => payload.replaceAll('{cmd}', `touch ${canary}`))
    expect(args.length).toBeGreaterThanOrEqual(400)
    await call(handler, { command: 'record', args }, io)
    expect(await starts()).toEqual([args])
    expect(existsSync(canary)).toBe(false)
  })

  it.skipIf(folder === undefined)('of a sample of the corpus starts one program each', async () => {
    const { io, handler, starts } = await recorder()
    const sample = payloads.filter((_, index) => index % 20 === 0)
    for (const payload of sample) await call(handler, { command: 'record', args: [payload] }, io)
    expect(await starts()).toEqual(sample.map((payload) => [payload]))
  })

  it.skipIf(folder === undefined)('of the corpus runs nothing as the name of a program', async () => {
    const { io, handler, starts } = await recorder()
    for (const command of payloads.filter((payload) => payload !== '')) {
      await expect(call(handler, { command }, io)).rejects.toMatchObject({ code: 'COMMAND_REFUSED' })
      await expect(call(handler, { command: `record${command}` }, io)).rejects.toMatchObject({
        code: 'COMMAND_REFUSED',
      })
    }
    expect(await starts()).toEqual([])
  })

  it('with a NUL or half a character is refused before anything starts', async () => {
    const { io, handler, starts } = await recorder()
    for (const text of ['a\0b', '\ud800', 'x\udfff']) {
      await expect(call(handler, { command: 'record', args: [text] }, io)).rejects.toThrow('without NUL')
      await expect(call(handler, { command: text }, io)).rejects.toThrow('without NUL')
    }
    expect(await starts()).toEqual([])
  })
})
