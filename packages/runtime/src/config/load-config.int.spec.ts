import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { folderWith } from './project.fixture.ts'

/** Loads each folder's config with the importer of Node itself, in a process of its own. */
async function loadAll(folders: readonly string[]): Promise<readonly unknown[]> {
  const script = `
    import { loadConfig } from ${JSON.stringify(join(import.meta.dirname, 'load-config.ts'))}
    const results = []
    for (const folder of ${JSON.stringify(folders)}) {
      results.push(await loadConfig(folder).then((loaded) => loaded.config, (error) => [error.code, error.message]))
    }
    process.stdout.write(JSON.stringify(results))`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@bosun/source',
    '--input-type=module',
    '--eval',
    script,
  ])
  return JSON.parse(stdout) as unknown[]
}

const config = (text: string, more: Record<string, string> = {}) =>
  folderWith({ 'package.json': '{"type":"module"}', 'bosun.config.ts': text, ...more })

it('imports TypeScript as it stands, and turns whatever goes wrong into one sentence with the place', async () => {
  const results = await loadAll([
    config(`const slotsMax: number = 4\nexport default { plugins: [], manager: 'x', limits: { slotsMax } }\n`),
    config(`const a = 1\nenum X { A }\nexport default {}\n`),
    config(`const a = 1\nexport default { a: }\n`),
    config(`import x from 'nope-not-there'\nexport default { x }\n`),
    config(`\nthrow new Error('boom')\n`),
    config(`import { other } from './other.ts'\nexport default { other }\n`, { 'other.ts': 'export const y = }\n' }),
    config(`import { other } from './other.ts'\nexport default { other }\n`, { 'other.ts': 'export const y = 1\n' }),
    config(`export const config = {}\n`),
    config(`export default { plugins: [], manager: 'x', limits: { slotsMax: 0 } }\n`),
    config(`throw null\n`),
    config(`const a = 1\nexport default { a: }\n`, { 'package.json': '{}' }),
  ])
  expect(results).toMatchInlineSnapshot(`
    [
      {
        "limits": {
          "slotsMax": 4,
        },
        "manager": "x",
        "plugins": [],
      },
      [
        "CONFIG_INVALID",
        "bosun.config.ts:2: The configuration is not valid (received TypeScript enum is not supported in strip-only mode). Types are stripped, not compiled: write it without enum, namespace or the like.",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts:2: The configuration is not valid (received Expression expected). Correct the syntax there.",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts: The configuration is not valid (received Cannot find package 'nope-not-there' imported from bosun.config.ts). Install the package, or correct the path of the import.",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts:2:7: The configuration is not valid (received boom). Correct it there.",
      ],
      [
        "CONFIG_INVALID",
        "other.ts:1: The configuration is not valid (received Expression expected). Correct the syntax there.",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts:1: The configuration is not valid (received The requested module './other.ts' does not provide an export named 'other'). Correct it there.",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts: The configuration is not valid (expected a default export, received none). Write export default defineConfig({ … }).",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts limits.slotsMax: The configuration is not valid (expected at least 1, received 0). Correct bosun.config.ts there.",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts: The configuration is not valid (received null). Correct it there.",
      ],
      [
        "CONFIG_INVALID",
        "bosun.config.ts:2: The configuration is not valid (received Expression expected). Correct the syntax there.",
      ],
    ]
  `)
})
