import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { ContainerModule, ServiceIdentifier } from 'inversify'
import { describe, expect, it } from 'vitest'
import { config, echoes, world } from '../run/world.fixture.ts'

const FOLDER = join(import.meta.dirname, 'fixtures', 'decorated')

interface Decorated {
  readonly AuditTrail: ServiceIdentifier<{ readonly lines: readonly string[] }>
  readonly auditTrail: ContainerModule
}

describe('A class of a user with @injectable and @inject(token)', () => {
  it('is bound, given what it names, and used like any other part', async () => {
    // Compiled by the test runner with the tsconfig beside it, since our own sources hold no decorator.
    const file: string = join(FOLDER, 'audit-trail.ts')
    const { AuditTrail, auditTrail } = (await import(file)) as Decorated
    const { bosun, container } = await world({ modules: [auditTrail] })
    const run = await bosun.run(echoes, 1, { config: config() })
    await run.outcome
    const { lines } = container.get(AuditTrail)
    expect(lines[0]).toBe(`true ${run.run} run.started`)
    expect(lines.at(-1)).toBe(`true ${run.run} run.completed`)
  })

  it('compiles with one flag, experimentalDecorators', () => {
    const tsc = join(import.meta.dirname, '../../../../node_modules/.bin/tsc')
    expect(execFileSync(tsc, ['-p', FOLDER], { encoding: 'utf8' })).toBe('')
  })
})
