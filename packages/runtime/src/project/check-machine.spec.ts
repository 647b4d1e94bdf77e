import { existsSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { probeSandbox } from '../hosts/probe-sandbox.ts'
import { runFile } from '../journal/run-file.ts'
import { checkMachine, checkStateFolder } from './check-machine.ts'
import { openState } from './open-state.ts'

const machine = (works: readonly string[]) => probeSandbox((command) => ({ ok: works.includes(command) }))
const temporary = () => realpathSync(mkdtempSync(join(tmpdir(), 'bosun-doctor-')))

describe('checkMachine', () => {
  it('P4: names the SQLite that is loaded and that it is safe', () => {
    const sqlite = checkMachine(machine([])).find(({ name }) => name === 'sqlite')
    expect(sqlite).toMatchObject({ state: 'ok', detail: expect.stringMatching(/^3\.\d+\.\d+, a release without/) })
  })

  it.each([
    ['nothing', [], 'none can be made here'],
    ['namespaces', ['unshare'], 'unprivileged ones can be made here, without bubblewrap'],
    ['bubblewrap', ['unshare', '/usr/bin/bwrap'], '/usr/bin/bwrap works here'],
  ])('H26: says what is not contained on a machine with %s, which breaks nothing', (_, works, has) => {
    const checks = checkMachine(machine(works))
    expect(checks.find(({ name }) => name === 'namespaces')).toEqual({
      name: 'namespaces',
      state: 'missing',
      detail: `${has}; hosts share those of this process`,
    })
    const open = checks.filter(({ name }) => name === 'not contained').map(({ detail }) => detail)
    expect(open).toEqual([expect.stringMatching(/^Signals: /), ...machine(works).open.slice(1)])
    expect(checks.filter(({ state }) => state === 'broken')).toEqual([])
  })

  it('counts cores and memory', () => {
    const detail = checkMachine(machine([])).find(({ name }) => name === 'machine')?.detail
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
