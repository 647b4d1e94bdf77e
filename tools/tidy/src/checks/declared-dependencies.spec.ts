import { describe, expect, it } from 'vitest'
import { manifest, workspaceWith } from '../repository.fixture.ts'
import { declaredDependencies } from './declared-dependencies.ts'

describe('declaredDependencies', () => {
  it('accepts what package.json declares, and what Node brings', () => {
    const text = `import '@bosun/core'; import 'node:fs'; import './b.ts'`
    expect(declaredDependencies(workspaceWith({ 'packages/kernel/src/a.ts': text }))).toEqual([])
  })

  it('refuses a workspace package that npm would find anyway', () => {
    const repository = workspaceWith({ 'packages/kernel/src/a.ts': `import type { X } from '@bosun/sdk'` })
    expect(declaredDependencies(repository)).toEqual([
      {
        path: 'packages/kernel/src/a.ts',
        line: 1,
        message: '@bosun/sdk is missing from the dependencies in packages/kernel/package.json',
      },
    ])
  })

  it('lets a spec, and no source, use a development dependency of its package or the root', () => {
    const text = `import 'vitest'; import '@bosun/corpora'`
    const files = {
      'package.json': JSON.stringify({ devDependencies: { vitest: '5.1.0' } }),
      'packages/kernel/package.json': manifest('@bosun/kernel', { devDependencies: { '@bosun/corpora': '0.1.0' } }),
    }
    expect(declaredDependencies(workspaceWith({ ...files, 'packages/kernel/src/a.spec.ts': text }))).toEqual([])
    expect(declaredDependencies(workspaceWith({ ...files, 'packages/kernel/src/a.ts': text }))).toHaveLength(2)
  })
})
