import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call, place, program, tool } from './place.fixture.ts'
import { toolsCommand } from './plugin.ts'

const refused = expect.objectContaining({ code: 'COMMAND_REFUSED' })

describe('command.run', () => {
  it('runs a program in the staging of the attempt, and says how it ended', async () => {
    const { io } = await place(onTestFinished)
    const script = `console.log('out'); console.error('err'); require('fs').writeFileSync('made.txt', 'x'); process.exitCode = 3`
    expect(await call(await tool(), { command: 'node', args: ['-e', script] }, io)).toMatchObject({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      stdoutTruncated: false,
      sandbox: 'none',
    })
    expect(await readdir(io.staging)).toEqual(['made.txt'])
  })

  it('hands over what it is given to read, to a program that does not read it as well', async () => {
    const { io } = await place(onTestFinished)
    const handler = await tool()
    const stdin = 'größe\n'.repeat(100_000)
    expect((await call(handler, { command: 'wc', args: ['-c'], stdin }, io)).stdout.trim()).toBe('800000')
    expect(await call(handler, { command: 'true', stdin }, io)).toMatchObject({ exitCode: 0 })
    expect(await call(handler, { command: 'cat' }, io)).toMatchObject({ exitCode: 0, stdout: '' })
  })

  it('H10: gives a program none of the environment of this process', async () => {
    const { io } = await place(onTestFinished)
    process.env['BOSUN_SPEC_SECRET'] = 'canary'
    const { stdout } = await call(await tool({ env: { CI: '1', PATH: '/evil' } }), { command: 'env' }, io)
    delete process.env['BOSUN_SPEC_SECRET']
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.slice(0, line.indexOf('=')))
    expect(names.toSorted()).toEqual(['BOSUN_WORKSPACE', 'CI', 'HOME', 'LANG', 'PATH', 'TMPDIR'])
    expect(stdout).toContain(`BOSUN_WORKSPACE=${io.workspace}\n`)
    expect(stdout).not.toContain('/evil')
  })

  it('gives every call a home of its own, which is gone afterwards', async () => {
    const { io } = await place(onTestFinished)
    const script = 'require("fs").writeFileSync(process.env.HOME + "/x", ""); console.log(process.env.HOME)'
    const homes = await Promise.all(
      [1, 2].map(async () => (await call(await tool(), { command: 'node', args: ['-e', script] }, io)).stdout.trim()),
    )
    expect(new Set(homes).size).toBe(2)
    expect(homes.filter((home) => existsSync(home))).toEqual([])
  })

  it('works in a folder of the staging, and in no other', async () => {
    const { io, folder } = await place(onTestFinished)
    const handler = await tool()
    await mkdir(join(io.staging, 'a'))
    await symlink(folder, join(io.staging, 'out'))
    expect((await call(handler, { command: 'pwd', cwd: 'a' }, io)).stdout.trim()).toBe(join(io.staging, 'a'))
    for (const cwd of ['..', 'out', 'out/workspace', '../../..', 'missing', 'a/../..']) {
      await expect(call(handler, { command: 'pwd', cwd }, io)).rejects.toEqual(refused)
    }
  })
})

describe('the program of a command', () => {
  it('is looked up on the configured path alone', async () => {
    const { io, programs } = await place(onTestFinished)
    await program(join(programs, 'own'), 'console.log("own")')
    expect(await call(await tool({ searchPath: [programs] }), { command: 'own' }, io)).toMatchObject({
      stdout: 'own\n',
    })
    const before = process.env['PATH']
    process.env['PATH'] = `${programs}:${before}`
    await expect(call(await tool(), { command: 'own' }, io)).rejects.toEqual(refused)
    process.env['PATH'] = before
  })

  it('M-34: that does not exist, is a folder, or is no program settles as refused', async () => {
    const { io, programs } = await place(onTestFinished)
    const handler = await tool()
    await writeFile(join(programs, 'text'), 'no program')
    for (const command of ['no-such-program', '/no/such', programs, join(programs, 'text')]) {
      await expect(call(handler, { command }, io)).rejects.toEqual(refused)
    }
    const broken = await program(join(programs, 'broken'), '')
    await writeFile(broken, '#!/no/such/interpreter\n')
    await expect(call(handler, { command: broken }, io)).rejects.toEqual(refused)
    await expect(call(handler, { command: 'true', args: Array(100).fill('x'.repeat(100_000)) }, io)).rejects.toEqual(
      refused,
    )
  })

  it('H12: belongs to the workspace only where it is named so, whatever leads there', async () => {
    const { io, programs } = await place(onTestFinished)
    const inside = await program(join(io.workspace, 'bin/build'), 'console.log("built")')
    await symlink(inside, join(programs, 'linked'))
    const handler = await tool({ searchPath: [join(io.workspace, 'bin'), programs] })
    for (const command of ['build', 'linked', inside, join(programs, 'linked')]) {
      await expect(call(handler, { command }, io)).rejects.toEqual(refused)
    }
    expect(await call(handler, { command: './bin/build' }, io)).toMatchObject({ stdout: 'built\n' })
  })

  it('is never one that the attempt has written', async () => {
    const { io } = await place(onTestFinished)
    const made = await program(join(io.staging, 'made'), '')
    await symlink(made, join(io.workspace, 'made'))
    const handler = await tool({ searchPath: [io.staging] })
    for (const command of ['made', made, './made']) {
      await expect(call(handler, { command }, io)).rejects.toEqual(refused)
    }
  })

  it('is told the name it was found by, as programs with several names need it', async () => {
    const { io, programs } = await place(onTestFinished)
    const file = await program(join(programs, 'file'), 'console.log(process.argv0)')
    await symlink(process.execPath, join(programs, 'other-name'))
    const handler = await tool({ searchPath: [programs] })
    const { stdout } = await call(handler, { command: 'other-name', args: ['-p', 'process.argv0'] }, io)
    expect(stdout.trim()).toBe(join(programs, 'other-name'))
    expect(await readFile(file, 'utf8')).toContain(process.execPath)
  })
})

describe('the plugin', () => {
  it('brings the tool that the SDK declares', async () => {
    const { tools } = await toolsCommand.create({ sandbox: 'off' })
    expect(tools.map((one) => one.declaration.name)).toEqual(['command.run'])
    await expect(toolsCommand.create({ searchPath: ['bin'] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
