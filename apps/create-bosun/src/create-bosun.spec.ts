import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createBosun } from './create-bosun.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bosun-create-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

it('writes a project into a folder of its name', async () => {
  const { code, lines } = await createBosun(['my-project'], folder)
  expect(code).toBe(0)
  expect(lines).toContain('wrote my-project/bosun.config.ts')
  expect(JSON.parse(readFileSync(join(folder, 'my-project/package.json'), 'utf8'))).toMatchObject({
    name: 'my-project',
    scripts: { start: 'bosun run' },
  })
})

it('writes a package of a kind', async () => {
  expect((await createBosun(['worker', 'greeter'], folder)).code).toBe(0)
  expect(existsSync(join(folder, 'greeter/src/greeter.ts'))).toBe(true)
})

it('changes nothing that is there', async () => {
  mkdirSync(join(folder, 'mine'))
  expect(await createBosun(['mine'], folder)).toEqual({
    code: 2,
    lines: ['create-bosun: there is something named mine in this folder'],
  })
  expect(readdirSync(join(folder, 'mine'))).toEqual([])
})

it.each([[[]], [['worker', 'a', 'b']], [['robot', 'greeter']], [['../up']], [['worker', 'Greeter']]])(
  'refuses %j and writes nothing',
  async (args) => {
    expect((await createBosun(args, folder)).code).toBe(2)
    expect(readdirSync(folder)).toEqual([])
  },
)

it('shows how it is called', async () => {
  const { code, lines } = await createBosun(['--help'], folder)
  expect(code).toBe(0)
  expect(lines.join('\n')).toContain('npm create bosun KIND NAME')
})
