import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { realClock } from '../broker/workers-side.fixture.ts'
import { HostPool } from './host-pool.ts'
import { locatePlugin } from './locate-plugin.ts'
import { GREETER, pluginManifest, projectFolder } from './plugin-folder.fixture.ts'

/** A native addon that the repository has installed anyway. */
const ADDON = fileURLToPath(import.meta.resolve('@ast-grep/napi'))

const NATIVE = `
import { createRequire } from 'node:module'
const native = createRequire(import.meta.url)(${JSON.stringify(ADDON)})
if (typeof native.parse !== 'function') throw new Error('no addon')
for (const right of ['fs.write', 'child', 'worker']) if (process.permission.has(right)) throw new Error('may ' + right)
${GREETER}`

const project = (bosun: object) =>
  projectFolder({ 'plugins/native/package.json': pluginManifest(bosun), 'plugins/native/index.js': NATIVE })

async function described(folder: string, isTrusted: boolean) {
  const hosts = new HostPool({ clock: realClock, hostsMax: 1 })
  try {
    return await hosts.describe(locatePlugin('./plugins/native', folder, isTrusted))
  } finally {
    await hosts.close()
  }
}

it('M-22: a host loads native addons where the manifest asks and the config trusts, and may nothing else besides', async () => {
  expect(await described(project({ apiVersion: 1, addons: true }), true)).toMatchObject({ name: 'greetings' })
})

it('M-22: trust alone lets no host load an addon, when the manifest does not ask', async () => {
  await expect(described(project({ apiVersion: 1 }), true)).rejects.toMatchObject({ code: 'PLUGIN_INVALID' })
})

it('M-22: a plugin that asks for native addons and is not trusted is refused before a process is started', () => {
  const folder = project({ apiVersion: 1, addons: true })
  expect(() => locatePlugin('./plugins/native', folder)).toThrow(
    expect.objectContaining({ code: 'PLUGIN_UNTRUSTED', message: expect.stringContaining('native addons') }),
  )
})
