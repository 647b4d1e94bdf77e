import { describe, expect, it } from 'vitest'
import { workspaceWith } from '../repository.fixture.ts'
import { entryFiles } from './entry-files.ts'

const entry = { 'packages/core/src/index.ts': `export { a } from './a.ts'` }

describe('entryFiles', () => {
  it('accepts an entry that lists names, and its spec', () => {
    const spec = { 'packages/core/src/index.spec.ts': `import './index.ts'` }
    expect(entryFiles(workspaceWith({ ...entry, ...spec }))).toEqual([])
  })

  it('refuses a wildcard export in an entry and nowhere else', () => {
    const repository = workspaceWith({
      'packages/core/src/index.ts': `export * from './a.ts'`,
      'packages/core/src/inner.ts': `export * from './a.ts'`,
    })
    expect(entryFiles(repository)).toEqual([
      { path: 'packages/core/src/index.ts', line: 1, message: 'an entry file lists its exports by name' },
    ])
  })

  it.each(['./index.ts', '@bosun/core'])('refuses the import of the own entry as %s', (specifier) => {
    const repository = workspaceWith({ ...entry, 'packages/core/src/b.ts': `import '${specifier}'` })
    expect(entryFiles(repository)).toHaveLength(1)
  })

  it('does not mind the entry of another package', () => {
    const repository = workspaceWith({ ...entry, 'packages/kernel/src/b.ts': `import '@bosun/core'` })
    expect(entryFiles(repository)).toEqual([])
  })
})
