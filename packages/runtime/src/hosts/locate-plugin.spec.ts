import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pluginManifest, projectFolder } from './plugin-folder.fixture.ts'
import { locatePlugin } from './locate-plugin.ts'

const manifest = pluginManifest({ apiVersion: 1 })

describe('locatePlugin', () => {
  it.each([
    [
      './plugins/site',
      { 'plugins/site/package.json': manifest, 'plugins/site/index.js': '' },
      'plugins/site/index.js',
      'plugins/site',
    ],
    ['./plugins/site.ts', { 'plugins/site.ts': '' }, 'plugins/site.ts', 'plugins/site.ts'],
    ['./plugins/site', { 'plugins/site/index.ts': '' }, 'plugins/site/index.ts', 'plugins/site'],
    ['./plugins/site', { 'plugins/site/src/index.ts': '' }, 'plugins/site/src/index.ts', 'plugins/site'],
    [
      './p',
      {
        'p/package.json': pluginManifest({ apiVersion: 1, kind: 'worker', entry: './lib/own.mjs' }),
        'p/lib/own.mjs': '',
        'p/index.js': '',
      },
      'p/lib/own.mjs',
      'p',
    ],
    [
      './p',
      {
        'p/package.json': pluginManifest(undefined, {
          exports: { '.': { browser: './b.js', node: { import: './n.js' }, default: './d.js' } },
        }),
        'p/n.js': '',
        'p/b.js': '',
        'p/d.js': '',
      },
      'p/n.js',
      'p',
    ],
    [
      '@acme/bosun-git',
      { 'node_modules/@acme/bosun-git/package.json': manifest, 'node_modules/@acme/bosun-git/index.js': '' },
      'node_modules/@acme/bosun-git/index.js',
      'node_modules/@acme/bosun-git',
    ],
    // The project itself: its folder holds the workspace and the state, so only the entry's is given.
    [
      '.',
      { 'package.json': pluginManifest({ apiVersion: 1, entry: 'src/plugin.js' }), 'src/plugin.js': '' },
      'src/plugin.js',
      'src',
    ],
    ['.', { 'package.json': pluginManifest({ apiVersion: 1 }), 'index.js': '' }, 'index.js', 'index.js'],
  ])('finds %s', (specifier, files, entry, own) => {
    const folder = projectFolder(files as Record<string, string>)
    expect(locatePlugin(specifier, folder)).toEqual({
      specifier,
      entry: join(folder, entry),
      folder: join(folder, own),
    })
  })

  it('finds an installed package above the folder, and one that is linked by its real place', () => {
    const folder = projectFolder({ 'elsewhere/package.json': manifest, 'elsewhere/index.js': '' })
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'node_modules/linked'))
    mkdirSync(join(folder, 'deep/er'), { recursive: true })
    expect(locatePlugin('linked', join(folder, 'deep/er')).entry).toBe(join(folder, 'elsewhere/index.js'))
  })

  it('finds what comes with Bosun in a folder without node_modules, and nothing else that lies there', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-foreign-')))
    const own = realpathSync(join(import.meta.dirname, '../../../../plugins/worker-pages'))
    expect(locatePlugin('@bosun/worker-pages', folder)).toEqual({
      specifier: '@bosun/worker-pages',
      entry: join(own, 'src/index.ts'),
      folder: own,
    })
    for (const name of ['@bosun/no-such', 'zod']) {
      expect(() => locatePlugin(name, folder)).toThrow(
        expect.objectContaining({ code: 'PLUGIN_NOT_FOUND', message: expect.stringContaining(folder) }),
      )
    }
  })

  it('prefers the installed one to the one that comes with Bosun', () => {
    const folder = projectFolder({
      'node_modules/@bosun/worker-pages/package.json': manifest,
      'node_modules/@bosun/worker-pages/index.js': '',
    })
    expect(locatePlugin('@bosun/worker-pages', folder).folder).toBe(join(folder, 'node_modules/@bosun/worker-pages'))
  })

  it.each([
    ['./nothing', {}, 'PLUGIN_NOT_FOUND', 'nothing'],
    ['not-installed', {}, 'PLUGIN_NOT_FOUND', 'not-installed'],
    ['plugins/site', {}, 'PLUGIN_NOT_FOUND', './a/path'],
    ['../../etc/passwd\0', {}, 'PLUGIN_NOT_FOUND', ''],
    ['./empty', { 'empty/readme.md': '' }, 'PLUGIN_NOT_FOUND', 'index.ts'],
    ['./p', { 'p/package.json': manifest }, 'PLUGIN_NOT_FOUND', 'index.js'],
    ['./p', { 'p/package.json': '{"name": nope}' }, 'JSON_INVALID', './p/package.json:1:'],
    [
      './p',
      { 'p/package.json': pluginManifest({ apiVersion: 2, later: true }), 'p/index.js': '' },
      'PLUGIN_API_VERSION',
      'bosun.apiVersion',
    ],
    [
      './p',
      { 'p/package.json': pluginManifest({ apiVersion: 1, entri: 'x' }), 'p/index.js': '' },
      'PLUGIN_INVALID',
      'entri',
    ],
    ['./p', { 'p/package.json': pluginManifest('yes'), 'p/index.js': '' }, 'PLUGIN_INVALID', 'package.json: bosun'],
    [
      './p',
      { 'p/package.json': pluginManifest({ apiVersion: 1, entry: '../out.js' }), 'out.js': '' },
      'PLUGIN_INVALID',
      'inside',
    ],
    ['./p.json', { 'p.json': '{}' }, 'PLUGIN_INVALID', 'a module'],
    [
      'typed',
      {
        'node_modules/typed/package.json': pluginManifest({ apiVersion: 1, entry: 'x.ts' }),
        'node_modules/typed/x.ts': '',
      },
      'PLUGIN_INVALID',
      'JavaScript',
    ],
  ])('refuses %s with its place', (specifier, files, code, text) => {
    const folder = projectFolder(files as unknown as Record<string, string>)
    expect(() => locatePlugin(specifier, folder)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    )
  })
})
