import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const launcher = join(import.meta.dirname, '../bin/bosun.js')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bosun-launcher-'))
  mkdirSync(join(folder, 'src'))
  mkdirSync(join(folder, 'dist'))
  cpSync(launcher, join(folder, 'bin/bosun.js'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})

afterEach(() => rmSync(folder, { recursive: true }))

const program = (file: string, source: string) => writeFileSync(join(folder, file), source)

const start = (nodeFlags: string[] = [], ...args: string[]) =>
  spawn(process.execPath, [...nodeFlags, join(folder, 'bin/bosun.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })

const printsItself = `console.log(JSON.stringify({
  file: import.meta.filename.split(/[/]/).at(-2), flags: process.execArgv, args: process.argv.slice(2) }))`

describe('the launcher', () => {
  it.each([[[]], [['--conditions=@bosun/source']], [['-C', '@bosun/source']]])(
    'runs the source under the source condition when started with %j',
    async (flags) => {
      program('src/main.ts', `${printsItself} satisfies void`)
      const child = start(flags, 'run', 'a b')
      expect(JSON.parse(await text(child.stdout))).toEqual({
        file: 'src',
        flags: flags.length > 0 ? flags : ['--conditions=@bosun/source'],
        args: ['run', 'a b'],
      })
    },
  )

  it('runs the build, with no condition, where there is no source', async () => {
    program('dist/main.js', printsItself)
    const child = start([], 'run')
    expect(JSON.parse(await text(child.stdout))).toEqual({ file: 'dist', flags: [], args: ['run'] })
  })

  it('exits with the code of the program', async () => {
    program('src/main.ts', 'process.exitCode = 7')
    expect(await once(start(), 'exit')).toEqual([7, null])
  })

  it('delivers a signal to the program exactly once', async () => {
    program(
      'src/main.ts',
      `let count = 0
       process.on('SIGINT', () => { count += 1; setTimeout(() => process.exit(count), 100) })
       setInterval(() => {}, 1000)
       console.log('ready')`,
    )
    const child = start()
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([1, null])
  })
})
