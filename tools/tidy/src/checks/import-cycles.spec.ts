import { describe, expect, it } from 'vitest'
import { workspaceWith } from '../repository.fixture.ts'
import { importCycles } from './import-cycles.ts'

describe('importCycles', () => {
  it('accepts files that share what they import', () => {
    const repository = workspaceWith({
      'packages/core/src/a.ts': `import './b.ts'; import './c.ts'`,
      'packages/core/src/b.ts': `import './c.ts'`,
      'packages/core/src/c.ts': '',
    })
    expect(importCycles(repository)).toEqual([])
  })

  it('names the way round of a cycle made of type imports', () => {
    const repository = workspaceWith({
      'packages/core/src/a.ts': `import type { B } from './b.ts'`,
      'packages/core/src/b.ts': `import type { A } from './a.ts'`,
    })
    expect(importCycles(repository).map(({ message }) => message)).toEqual([
      'import cycle: packages/core/src/a.ts → packages/core/src/b.ts → packages/core/src/a.ts',
    ])
  })

  it('sees a cycle that leads through the entry of another package', () => {
    const repository = workspaceWith({
      'packages/core/src/index.ts': `export { a } from './a.ts'`,
      'packages/core/src/a.ts': `import '@bosun/kernel'`,
      'packages/kernel/src/index.ts': `import '@bosun/core'`,
    })
    expect(importCycles(repository)).toHaveLength(1)
  })
})
