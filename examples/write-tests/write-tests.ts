import { delegate, finish, foldManager, task, waive, type RunView } from 'bosun'

interface Written {
  readonly module: string
  readonly test: string
  /** What the judge found. */
  readonly verdict: string
  readonly properties: readonly string[]
}

interface Unwritten {
  readonly module: string
  readonly why: string
}

/**
 * For each module a test is written by one worker and judged by another: it has to pass on the module, and
 * to fail on the module with something changed. Only what the judge accepts gets its place below `tests/`.
 *
 * A module without a test is a finding here and no failure of the run, so it is waived by name, which the
 * policy of the config allows; one that is lost is not.
 */
export const writeTests = foldManager<null, readonly string[]>({
  name: 'write-tests',
  initial: () => null,
  on: {
    goal: (_, { goal }) =>
      delegate(
        goal.flatMap((module) => [
          task('write_test', { module, to: `candidates/${module}.spec.mjs` }, { id: idOf('write', module) }),
          task(
            'run_command',
            { command: 'judge.ts', args: [module], outputs: [testOf(module)] },
            {
              id: idOf('judge', module),
              purpose: 'Judges a test.',
              dependsOn: [idOf('write', module)],
            },
          ),
        ]),
      ),
    settled(_, __, view) {
      const modules = view.goal as readonly string[]
      const without = modules.flatMap((module) => unwritten(module, view) ?? [])
      const result = { tests: modules.flatMap((module) => written(module, view) ?? []), without }
      const waived = Array.from(view.tasks()).flatMap(({ spec, status }) =>
        status === 'failed' || status === 'skipped' ? [spec.id] : [],
      )
      return waived.length === 0
        ? finish(result)
        : [waive(waived, 'no test was accepted for these modules'), finish(result)]
    },
  },
})

// ---------------------------------------------------------------------------------------------

type Part = 'write' | 'judge'

function idOf(part: Part, module: string): string {
  return `${part}/${module}`
}

function testOf(module: string): string {
  return `tests/${module}.spec.mjs`
}

function written(module: string, view: RunView): Written | undefined {
  const [write, judged] = [view.task(idOf('write', module)), view.task(idOf('judge', module))]
  if (write?.status !== 'succeeded' || judged?.status !== 'succeeded') return undefined
  const { stdout } = judged.result as { readonly stdout: string }
  const { properties } = write.result as Pick<Written, 'properties'>
  return { module, test: testOf(module), verdict: stdout.trim(), properties }
}

/** Why a module has no test: what the writer said, or else the judge. */
function unwritten(module: string, view: RunView): Unwritten | undefined {
  const [write, judge] = [view.task(idOf('write', module)), view.task(idOf('judge', module))]
  if (judge?.status === 'succeeded') return undefined
  return { module, why: (write?.error ?? judge?.error)?.message ?? `${judge?.status ?? 'not judged'}` }
}
