import { expect, it } from 'vitest'
import { workspaceWith } from '../repository.fixture.ts'
import { placesOutside } from './places-outside.ts'

// Each is put together here, so that this file does not itself name the place.
const places = [
  ['a registry', ['registry', 'npmjs', 'org'].join('.')],
  ['a mirror of a registry', ['https:', '', 'artifactory.example.com', 'npm'].join('/')],
  ['a home folder', ['', 'home', 'ada', 'bosun'].join('/')],
  ['a folder of one machine', ['"', 'work', 'main'].join('/')],
  ['the folder of corpora', ['..', 'shared', 'corpora'].join('/')],
] as const

it.each(places)('refuses a file that names %s', (_what, place) => {
  const repository = workspaceWith({ 'docs/a.md': `first line\n${place}\n` })
  expect(placesOutside(repository)).toMatchObject([{ path: 'docs/a.md', line: 2 }])
})

it.each([
  'src/work/queue.ts',
  '/tmp/work',
  'https://example.com/home/ada/x',
  'ModelRegistry.resolve',
  '${root}/work/a',
])('accepts %s', (text) => {
  expect(placesOutside(workspaceWith({ 'docs/a.md': text }))).toEqual([])
})
