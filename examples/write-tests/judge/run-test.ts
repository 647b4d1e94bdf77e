import { join } from 'node:path'
import { createVitest, type TestModule } from 'vitest/node'

/** How a test ended on one text of a module. */
export interface Verdict {
  readonly passed: boolean
  /** What failed, and why, in a line each. */
  readonly failures: readonly string[]
}

export interface TestRun {
  /** Absolute folder of modules and tests. */
  readonly folder: string
  /** Paths in it. */
  readonly test: string
  readonly module: string
  /** What the module is taken to hold, once per run of the test. */
  readonly texts: readonly string[]
  /** Where files may be written. */
  readonly scratch: string
}

/**
 * Runs one test once per text of the module it is about. Nothing is written beside either of them: what
 * Vitest loads in place of the module, comes from here.
 */
export async function runTest({ folder, test, module, texts, scratch }: TestRun): Promise<readonly Verdict[]> {
  const id = join(folder, module)
  const vitest = await createVitest({
    root: folder,
    config: false,
    watch: false,
    reporters: [{}],
    pool: 'threads',
    maxWorkers: 1,
    isolate: true,
    fsModuleCache: false,
    projects: texts.map((text, index) => ({
      cacheDir: join(scratch, `${index}`),
      test: { name: `${index}`, include: [test], root: folder, testTimeout: 5_000 },
      plugins: [
        { name: 'in-place', enforce: 'pre' as const, load: (path: string) => (path === id ? text : undefined) },
      ],
    })),
  })
  try {
    const { testModules } = await vitest.start()
    const of = (index: number) => testModules.find(({ project }) => project.name === `${index}`)
    return texts.map((_, index) => verdictOn(of(index)))
  } finally {
    await vitest.close()
  }
}

function verdictOn(module: TestModule | undefined): Verdict {
  if (module === undefined) return { passed: false, failures: ['the test was not found'] }
  const failed = Array.from(module.children.allTests('failed'), (one) => {
    const message = one.result().errors?.[0]?.message ?? 'failed'
    // Of all that fast-check says, what a person looks at first.
    return `${one.name}: ${/^Counterexample: .*/m.exec(message)?.[0] ?? message.split('\n')[0]}`
  })
  const failures = [...module.errors().map(({ message }) => message), ...failed]
  return { passed: module.ok() && Array.from(module.children.allTests('passed')).length > 0, failures }
}
