import { existsSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { probeSandbox, type ProbeAnswer } from '../hosts/probe-sandbox.ts'
import { runFile } from '../journal/run-file.ts'
import { checkMachine, checkStateFolder } from './check-machine.ts'
import { openState } from './open-state.ts'

/** A machine on which bubblewrap answers so. */
const machine = (bubblewrap: ProbeAnswer) =>
  probeSandbox(
    (command) =>
      command === '/usr/bin/bwrap'
        ? bubblewrap
        : { status: /prlimit|setpriv/.test(command) ? 0 : null, error: 'ENOENT' },
    true,
  )
const BARE: ProbeAnswer = { status: null, error: 'ENOENT' }
const temporary = () => realpathSync(mkdtempSync(join(tmpdir(), 'bosun-doctor-')))

describe('checkMachine', () => {
  it('P4: names the SQLite that is loaded and that it is safe', () => {
    const sqlite = checkMachine('permissions', machine(BARE)).find(({ name }) => name === 'sqlite')
    expect(sqlite).toMatchObject({ state: 'ok', detail: expect.stringMatching(/^3\.\d+\.\d+, a release without/) })
  })

  it.each([
    ['without bubblewrap', BARE, 'bubblewrap is not installed', 'Install bubblewrap'],
    [
      'that refuses namespaces',
      { status: 1, errorOutput: 'bwrap: setting up uid map: Permission denied' },
      'namespaces are refused here: bwrap: setting up uid map',
      'Allow unprivileged user namespaces',
    ],
    [
      'with an old bubblewrap',
      { status: 1, errorOutput: 'bwrap: Unknown option --disable-userns' },
      '/usr/bin/bwrap is too old',
      'Install bubblewrap 0.8',
    ],
    [
      'with a bubblewrap that may not run',
      { status: null, error: 'EACCES' },
      '/usr/bin/bwrap cannot be executed',
      'execute it',
    ],
  ] as const)('H26: on a machine %s says so, and how to mend it', (_, answer, lack, fix) => {
    const checks = checkMachine('permissions', machine(answer))
    const namespaces = checks.find(({ name }) => name === 'namespaces')
    expect(namespaces).toMatchObject({
      state: 'missing',
      detail: expect.stringContaining(`hosts share those of this process: ${lack}`),
      fix: expect.stringContaining(fix),
    })
    const open = checks.filter(({ name }) => name === 'not contained').map(({ detail }) => detail)
    expect(open).toEqual([expect.stringMatching(/^Signals: /), expect.stringMatching(/^Processor time: /)])
    expect(checks.filter(({ state }) => state === 'broken')).toEqual([])
    // The same machine cannot run a project that requires namespaces.
    const required = checkMachine('namespace', machine(answer)).filter(({ state }) => state === 'broken')
    expect(required.map(({ name }) => name)).toEqual(['namespaces'])
  })

  it('H26: with bubblewrap at work says so, and that processor time alone is left open', () => {
    const checks = checkMachine('namespace', machine({ status: 0 }))
    expect(checks.find(({ name }) => name === 'namespaces')).toEqual({
      name: 'namespaces',
      state: 'ok',
      detail: 'hosts have their own: processes, network, users and files, by /usr/bin/bwrap',
    })
    const open = checks.filter(({ name }) => name === 'not contained').map(({ detail }) => detail)
    expect(open).toEqual([expect.stringMatching(/^Processor time: /)])
  })

  it('counts cores and memory', () => {
    const detail = checkMachine('permissions', machine(BARE)).find(({ name }) => name === 'machine')?.detail
    expect(detail).toMatch(/^\d+ cores?, [\d.]+ (?:GiB|MiB) memory, [\d.]+ (?:GiB|MiB) free$/)
  })
})

describe('checkStateFolder', () => {
  it('is content with a folder that is not there yet, and does not make it', async () => {
    const stateDir = join(temporary(), '.bosun')
    expect(await checkStateFolder(stateDir, [])).toMatchObject({
      state: 'ok',
      detail: `${stateDir}: made by the first run`,
    })
    expect(existsSync(stateDir)).toBe(false)
  })

  it('counts the runs, and names one whose journal cannot be read', async () => {
    const stateDir = temporary()
    await (await openState(stateDir)).close()
    expect(await checkStateFolder(stateDir, [])).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('0 runs'),
    })
    writeFileSync(runFile(stateDir, 'r-1'), 'not a database')
    expect(await checkStateFolder(stateDir, [])).toMatchObject({
      state: 'missing',
      detail: expect.stringContaining('the journal of r-1 cannot be read'),
    })
  })

  it.each([
    ['inside of what workers read', (folder: string) => join(folder, 'state')],
    ['around it', (folder: string) => join(folder, '..')],
  ])('is broken %s', async (_, stateOf) => {
    const root = temporary()
    expect(await checkStateFolder(stateOf(root), [root])).toMatchObject({
      state: 'broken',
      detail: expect.stringContaining(root),
    })
  })

  it('is broken when it is a file', async () => {
    const file = join(temporary(), 'state')
    writeFileSync(file, '')
    expect(await checkStateFolder(file, [])).toMatchObject({ state: 'broken', detail: `${file}: a file` })
  })
})
