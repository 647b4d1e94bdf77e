import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url))

/** The source of a plugin with one worker, plain JavaScript as an installed plugin has it. */
export const GREETER = `
import { definePlugin, defineWorker } from '@bosun/sdk'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
const greeter = defineWorker({
  name: 'greeter', summary: 'Greets.', handles: 'greet',
  body: z.object({ name: z.string().min(1) }), result: z.string(),
  outputs: ({ name }) => [name === 'evil' ? '../' + name : 'greetings/' + name + '.txt'],
  examples: [{ name: 'a person', body: { name: 'Ada' } }],
  run: ({ body }) => { try { return readFileSync(body.name, 'utf8') } catch (error) { return error.code } },
})
export default definePlugin({ name: 'greetings', workers: [greeter] })
`

/** A project folder with files, in which the repository's own packages can be imported. */
export function projectFolder(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-project-')))
  mkdirSync(join(folder, 'node_modules/@bosun'), { recursive: true })
  symlinkSync(join(REPOSITORY, 'packages/sdk'), join(folder, 'node_modules/@bosun/sdk'))
  symlinkSync(join(REPOSITORY, 'node_modules/zod'), join(folder, 'node_modules/zod'))
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'project', dependencies: { '@bosun/sdk': '*', zod: '*' } }),
  )
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** The package.json of a plugin in a folder of its own. */
export function pluginManifest(bosun: unknown, more: object = {}): string {
  return JSON.stringify({
    name: 'greetings',
    type: 'module',
    exports: './index.js',
    dependencies: { '@bosun/sdk': '*', zod: '*' },
    bosun,
    ...more,
  })
}
