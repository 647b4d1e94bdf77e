import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const REPOSITORY = join(import.meta.dirname, '../../..')
const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8')

it('lists every plugin in the guide to what comes with Bosun', () => {
  const guide = read('docs/guides/built-in-plugins.md')
  const names = globSync('plugins/*/package.json', { cwd: REPOSITORY }).map(
    (file) => (JSON.parse(read(file)) as { name: string }).name,
  )

  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([])
})
