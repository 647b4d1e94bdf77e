import { describe, expect, it } from 'vitest'
import { workspaceWith } from '../repository.fixture.ts'
import { layerBoundaries, layersBelow } from './layer-boundaries.ts'

const findings = (path: string, text: string) => layerBoundaries(workspaceWith({ [path]: text }))

describe('layersBelow', () => {
  it('gives what stands lower and, in the own row, what stands to the right', () => {
    expect(layersBelow('@bosun/managers')).toEqual(['@bosun/core', '@bosun/kernel', '@bosun/sdk', '@bosun/invariants'])
  })

  it('does not let the right end of a row look left', () => {
    expect(layersBelow('@bosun/invariants')).not.toContain('@bosun/managers')
  })
})

describe('layerBoundaries', () => {
  it('lets an import point down', () => {
    expect(findings('packages/kernel/src/a.ts', `import { x } from '@bosun/core'`)).toEqual([])
  })

  it('refuses an import that points up, even of a type', () => {
    expect(findings('packages/core/src/a.ts', `\nimport type { X } from '@bosun/kernel'`)).toEqual([
      { path: 'packages/core/src/a.ts', line: 2, message: '@bosun/core may not import @bosun/kernel' },
    ])
  })

  it('keeps rxjs, inversify and node out of the kernel, but not out of its specs', () => {
    const text = `import 'rxjs/operators'; import 'inversify'; import 'node:fs'`
    expect(findings('packages/kernel/src/a.ts', text)).toHaveLength(3)
    expect(findings('packages/kernel/src/a.spec.ts', text)).toEqual([])
  })

  it('lets core import the type of an Observable but no value of rxjs', () => {
    expect(findings('packages/core/src/a.ts', `import type { Observable } from 'rxjs'`)).toEqual([])
    expect(findings('packages/core/src/a.ts', `import { map } from 'rxjs'`)).toHaveLength(1)
  })

  it('gives a plugin the sdk and its specs the doors of people who compose and test, and nothing more', () => {
    const source = 'plugins/worker-echo/src/a.ts'
    const spec = 'plugins/worker-echo/src/a.spec.ts'
    expect(findings(source, `import '@bosun/sdk'`)).toEqual([])
    expect(findings(source, `import '@bosun/core'`)).toHaveLength(1)
    expect(findings(source, `import 'bosun/testing'`)).toHaveLength(1)
    expect(findings(spec, `import 'bosun/testing'`)).toEqual([])
    expect(findings(source, `import 'bosun'`)).toHaveLength(1)
    expect(findings(spec, `import 'bosun'`)).toEqual([])
    expect(findings(spec, `import '@bosun/core'`)).toHaveLength(1)
  })

  it('lets an application name plugins, and no package', () => {
    expect(findings('apps/cli/src/a.ts', `import '@bosun/worker-echo'`)).toEqual([])
    expect(findings('packages/bosun/src/a.ts', `import '@bosun/worker-echo'`)).toHaveLength(1)
  })
})
