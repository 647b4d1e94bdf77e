import { PLUGIN_API_VERSION } from '@bosun/sdk'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newProject } from './new-project.ts'
import { KINDS } from './template.ts'
import { newPackage, newPart } from './templates.ts'
import { API_VERSION, NODE_RANGE, VERSIONS } from './versions.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')

function manifest(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(REPOSITORY, folder, 'package.json'), 'utf8')) as Record<string, unknown>
}

/** Where a package that a template asks for is stated in this repository. */
function versionHere(name: string): unknown {
  const folder = { '@bosun/cli': 'apps/cli', bosun: 'packages/bosun' }[name] ?? `packages/${name.split('/')[1]}`
  if (existsSync(join(REPOSITORY, folder, 'package.json'))) return manifest(folder)['version']
  const { devDependencies } = manifest('.') as { devDependencies: Record<string, string> }
  const { dependencies } = manifest('packages/sdk') as { dependencies: Record<string, string> }
  return devDependencies[name] ?? dependencies[name]
}

it.each(Object.entries(VERSIONS))('asks for the %s that this repository is tested with', (name, version) => {
  expect(versionHere(name)).toBe(version)
})

it('asks for the Node and the plugin API of this repository', () => {
  expect(NODE_RANGE).toBe((manifest('packages/sdk')['engines'] as { node: string }).node)
  expect(API_VERSION).toBe(PLUGIN_API_VERSION)
})

describe.each(KINDS)('a new %s', (kind) => {
  const files = newPackage(kind, 'my-thing')

  it('states all that its sources import', () => {
    const { peerDependencies, devDependencies } = JSON.parse(files['package.json'] ?? '') as Record<string, object>
    const sources = Object.entries(files).filter(([path]) => path.endsWith('.ts'))
    const imported = sources.flatMap(([, text]) => [...text.matchAll(/ from '((?:@\w+\/)?[\w-]+)/g)])
    const stated = Object.keys({ ...peerDependencies, ...devDependencies })
    expect(stated).toEqual(expect.arrayContaining(imported.map(([, name]) => name)))
    // What it imports when it runs comes from whoever installs it.
    const atRunTime = sources.filter(([path]) => path.startsWith('src/') && !path.endsWith('.spec.ts'))
    const needed = atRunTime.flatMap(([, text]) => [...text.matchAll(/ from '((?:@\w+\/)?[\w-]+)/g)])
    expect(Object.keys(peerDependencies ?? {})).toEqual(expect.arrayContaining(needed.map(([, name]) => name)))
  })

  it('has a README of about ten lines, and the same sources inside of a project', () => {
    expect(files['README.md']?.split('\n').length).toBeLessThan(20)
    const part = newPart(kind, 'my-thing')
    for (const [path, text] of Object.entries(part.files)) {
      expect(files[path.replace('plugins/my-thing', 'src')]).toBe(text)
    }
    expect(part.listing).toContain(part.specifier)
  })
})

it('a new worker is fifteen lines that can be read whole', () => {
  const source = newPackage('worker', 'page-writer', { taskType: 'generate_page' })['src/page-writer.ts'] ?? ''
  const [, definition = ''] = source.split(/^(?=export default)/m)
  expect(definition.trimEnd().split('\n').length).toBeLessThanOrEqual(15)
  expect(source).toContain(`name: 'page-writer'`)
  expect(source).toContain(`handles: 'generate_page'`)
})

it('a worker that asks a model brings the answers of its example, so that no key is needed', () => {
  const files = newPackage('worker', 'describer', { model: 'fast' })
  expect(files['src/describer.ts']).toContain(`model: 'fast'`)
  expect(JSON.parse(files['models.json'] ?? '')).toEqual({ fast: [expect.any(String)] })
  expect(files['bosun.config.ts']).toContain(`'scripted:fast'`)
})

it('a new project is a package that holds what bosun init writes', () => {
  expect(Object.keys(newProject('my-project'))).toEqual(
    expect.arrayContaining(['package.json', 'tsconfig.json', 'bosun.config.ts', 'plan.yaml', 'plugins/notes.ts']),
  )
})
