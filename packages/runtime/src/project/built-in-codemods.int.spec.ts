import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Task } from '@bosun/core'
import { expect, it } from 'vitest'
import { projectFolder } from '../hosts/plugin-folder.fixture.ts'
import { openProject } from './open-project.ts'

const project = (isTrusted: boolean) =>
  projectFolder({
    'src/a.ts': `console.log('é')\r\n`,
    'src/b.ts': `import './a.ts'\nconst old = 1\n`,
    'bosun.config.json': JSON.stringify({
      plugins: [
        { use: '@bosun/tools-files', trusted: true },
        { use: '@bosun/worker-codemod', trusted: isTrusted },
      ],
      manager: 'fanOut',
      workspace: 'src',
    }),
  })

const tasks: Task[] = [
  { id: 'syntax', type: 'rewrite_syntax', body: { files: ['a.ts'], pattern: 'console.log($A)', rewrite: 'say($A)' } },
  { id: 'symbol', type: 'rename_symbol', body: { file: 'b.ts', name: 'old', to: 'fresh' } },
]

it('M-22, M-58: the codemods that come with Bosun do their work in hosts, native addon and compiler included', async () => {
  const folder = project(true)
  await using opened = await openProject(folder, { planner: { name: 'fixed', plan: () => ({ tasks }) }, retries: 0 })
  const { end } = await (await opened.start({ goal: undefined })).outcome
  expect(end).toMatchObject({ type: 'run.completed', tally: { succeeded: 2 } })
  expect(readFileSync(join(folder, 'src/a.ts'), 'utf8')).toBe(`say('é')\r\n`)
  expect(readFileSync(join(folder, 'src/b.ts'), 'utf8')).toBe(`import './a.ts'\nconst fresh = 1\n`)
})

it('M-22: they are refused where the config does not trust them, since they need a native addon', async () => {
  await expect(openProject(project(false))).rejects.toMatchObject({ code: 'PLUGIN_UNTRUSTED' })
})
