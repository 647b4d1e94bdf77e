import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findBubblewrap } from './bubblewrap.ts'
import { call, place, program, tool } from './place.fixture.ts'

const isHere = (await findBubblewrap({ network: false, readable: [] })) !== undefined
if (!isHere) console.warn('Bubblewrap does not work on this machine: the specs of programs in a sandbox are skipped.')

const hasGit = spawnSync('git', ['--version']).status === 0
if (!hasGit) console.warn('There is no git on this machine: the spec of a worktree is skipped.')

/** Tries something in a program of its own and says what came of it. */
const tried = (source: string) => [
  '-e',
  `try { ${source}; console.log('done') } catch (error) { console.log(error.code) }`,
]
const write = (path: string) => tried(`require('fs').writeFileSync(${JSON.stringify(path)}, '')`)

describe.skipIf(!isHere)('H11: a program in bubblewrap (skipped where bubblewrap does not work)', () => {
  it('writes into its staging, and says so', async () => {
    const { io } = await place(onTestFinished)
    const output = await call(await tool({ sandbox: 'required' }), { command: 'node', args: write('made.txt') }, io)
    expect(output).toMatchObject({ stdout: 'done\n', exitCode: 0, sandbox: 'bubblewrap' })
    expect(await readdir(io.staging)).toEqual(['made.txt'])
  })

  it('reads the workspace and writes nothing in it, nor anywhere else', async () => {
    const { io, folder } = await place(onTestFinished)
    const handler = await tool({ sandbox: 'required' })
    await writeFile(join(io.workspace, 'a.txt'), 'text')
    const args = ['-c', 'cat "$BOSUN_WORKSPACE/a.txt"']
    expect(await call(handler, { command: 'sh', args }, io)).toMatchObject({ stdout: 'text' })
    for (const path of [join(io.workspace, 'a.txt'), '/usr/x', '/etc/x']) {
      expect(await call(handler, { command: 'node', args: write(path) }, io)).toMatchObject({ stdout: 'EROFS\n' })
    }
    expect(await call(handler, { command: 'node', args: write(join(folder, 'x')) }, io)).toMatchObject({
      stdout: expect.stringMatching(/^E|done/),
    })
    expect((await readdir(folder)).toSorted()).toEqual(['programs', 'state', 'workspace'])
    expect(await readFile(join(io.workspace, 'a.txt'), 'utf8')).toBe('text')
  })

  it('sees no file beside its own and the workspace, no staging of others and no process but its own', async () => {
    const { io, folder } = await place(onTestFinished)
    const handler = await tool({ sandbox: 'required' })
    await writeFile(join(folder, 'secret'), 'canary')
    const listed = await call(handler, { command: 'ls', args: [folder] }, io)
    expect(listed.stdout.split('\n')).not.toContain('secret')
    expect((await call(await tool(), { command: 'ls', args: [folder] }, io)).stdout).toContain('secret')
    const others = await call(handler, { command: 'ls', args: [join(io.staging, '..')] }, io)
    expect(others.stdout).toBe('a@1\n')
    const pids = await call(handler, { command: 'sh', args: ['-c', 'echo /proc/[0-9]*'] }, io)
    expect(pids.stdout.split(' ').length).toBeLessThan(5)
  })

  it('H25, H27: sees no state in the workspace but its own staging (bug: journals and what others had staged)', async () => {
    const { io: outside } = await place(onTestFinished)
    const state = join(outside.workspace, '.bosun')
    const io = { ...outside, staging: join(state, 'staging/r/a@1') }
    const [other, repository] = [join(state, 'staging/r/b@1'), join(state, 'git/repository')]
    for (const folder of [io.staging, other, repository]) await mkdir(folder, { recursive: true })
    for (const file of [join(state, 'runs.sqlite'), join(other, 'secret')]) await writeFile(file, 'canary')
    await writeFile(join(repository, 'HEAD'), 'head')
    const handler = await tool({ sandbox: 'required' })
    const script = 'cd "$BOSUN_WORKSPACE/.bosun"; ls . staging/r; cat git/repository/HEAD; echo x > "$0/made.txt"'
    const output = await call(handler, { command: 'sh', args: ['-c', script, io.staging] }, io)
    expect(output.stdout).toBe('.:\ngit\nstaging\n\nstaging/r:\na@1\nhead')
    expect(await readdir(io.staging)).toEqual(['made.txt'])
  })

  it.skipIf(!hasGit)(
    'sees the state of a git worktree that is its staging (skipped where git is missing)',
    async () => {
      const { io } = await place(onTestFinished)
      const git = (...args: string[]) => {
        const name = ['-c', 'user.name=x', '-c', 'user.email=x@x.example']
        execFileSync('git', [...name, '-C', io.workspace, ...args], { stdio: 'pipe' })
      }
      await writeFile(join(io.workspace, 'a.txt'), 'old')
      for (const args of [['init'], ['add', '.'], ['commit', '-m', 'x']]) git(...args)
      git('worktree', 'add', '--detach', io.staging)
      await writeFile(join(io.staging, 'a.txt'), 'new')
      const handler = await tool({ sandbox: 'required' })
      expect(await call(handler, { command: 'git', args: ['status', '--short'] }, io)).toMatchObject({
        stdout: ' M a.txt\n',
        exitCode: 0,
      })
      expect((await call(handler, { command: 'git', args: ['add', '.'] }, io)).exitCode).not.toBe(0)
    },
  )

  it('from a folder of its own sees its file there and nothing beside it', async () => {
    const { io, programs } = await place(onTestFinished)
    await writeFile(join(programs, 'secret'), 'canary')
    const path = await program(join(programs, 'own'), `console.log(require('fs').readdirSync(__dirname).join())`)
    const output = await call(await tool({ sandbox: 'required' }), { command: path }, io)
    expect(output).toMatchObject({ stdout: 'own\n' })
  })

  it('reaches no network, unless the config gives it', async () => {
    const { io } = await place(onTestFinished)
    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const script = `require('net').connect(${port}, '127.0.0.1').on('connect', () => { console.log('done'); process.exit() })
      .on('error', (error) => console.log(error.code))`
    const inSandbox = async (options: object) =>
      (await call(await tool({ sandbox: 'required', ...options }), { command: 'node', args: ['-e', script] }, io))
        .stdout
    expect(await inSandbox({})).toMatch(/^E/)
    expect(await inSandbox({ network: true })).toBe('done\n')
    server.close()
  })

  it('M-34: takes along even what has left its group', async () => {
    const { io, programs } = await place(onTestFinished)
    const source = `require('child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' }).unref(); process.exit(4)`
    const path = await program(join(programs, 'escapes.cjs'), source)
    const handler = await tool({ sandbox: 'required' })
    // The call ends when the pipes do, which the escaped process holds; it is gone with its namespace.
    expect(await call(handler, { command: path, timeoutMs: 10_000 }, io)).toMatchObject({ exitCode: 4, signal: null })
    const never = call(handler, { command: 'sleep', args: ['1000'], timeoutMs: 200 }, io)
    await expect(never).rejects.toMatchObject({ code: 'COMMAND_TIMED_OUT' })
  })
})

describe('H26: a sandbox', () => {
  it('is off only where the config says so', async () => {
    const { io } = await place(onTestFinished)
    expect(await call(await tool({ sandbox: 'off' }), { command: 'true' }, io)).toMatchObject({ sandbox: 'none' })
    expect(await call(await tool({ sandbox: 'auto' }), { command: 'true' }, io)).toMatchObject({
      sandbox: isHere ? 'bubblewrap' : 'none',
    })
  })
})
