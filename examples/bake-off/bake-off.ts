import { delegate, fail, finish, foldManager, task, waive, type RunView } from 'bosun'
import type { ErrorRecord } from '@bosun/sdk'
import type { Answer, Check } from './judge/check.ts'
import type { TimeTaken } from './judge/time-checks.ts'
import type { Score, Scoreboard } from './report/scoreboard.ts'
import type { Section } from './specification.ts'

export interface BakeOffGoal {
  readonly title: string
  /** Each with the worker of the same name. */
  readonly implementations: readonly { readonly name: string; readonly version: string }[]
  readonly sections: readonly Section[]
  /** For a section as for a single check. */
  readonly timeoutMs: number
}

/** The body of a check task. */
interface Asked {
  readonly checks: readonly Check[]
  readonly timed: boolean
}

interface Answered {
  readonly answers: readonly Answer[]
  readonly time?: TimeTaken
}

/** What is known of one implementation. */
interface Sheet {
  readonly scores: Record<string, Score>
  ms: number
  yardstickMs: number
}

const REPORT = 'report'

/**
 * Asks every implementation the same checks: one task per implementation and section. A section whose process
 * died or hung is asked again check by check, so that a crash costs the one check that it happens in; there it
 * is a score like any other, and the task is waived. In the end one task writes the report.
 */
export const bakeOff = foldManager<Map<string, Sheet>, BakeOffGoal>({
  name: 'bake-off',
  initial: () => new Map(),
  on: {
    goal(sheets, { goal }) {
      for (const { name } of goal.implementations) sheets.set(name, { scores: {}, ms: 0, yardstickMs: 0 })
      return delegate(
        goal.implementations.flatMap(({ name }) =>
          goal.sections.map((section) => asking(goal, name, section.name, section.checks, section.timed)),
        ),
      )
    },
    outcome(sheets, { task: id, outcome, result, error }, view) {
      const [name = '', section = ''] = id.split('/')
      const sheet = sheets.get(name)
      const asked = view.task(id)?.spec.body as unknown as Asked | undefined
      if (sheet === undefined || asked === undefined) return undefined
      if (outcome === 'succeeded') return void note(sheet, result as unknown as Answered)
      // Whoever cancelled it did not want to know.
      if (outcome !== 'failed' && outcome !== 'lost') return undefined
      const [only, ...others] = asked.checks
      if (others.length > 0) {
        const again = asked.checks.map((check) => asking(goalOf(view), name, `${section}/${check.id}`, [check]))
        return [waive(id, 'asked again check by check'), delegate(again)]
      }
      if (only !== undefined) sheet.scores[only.id] = scoreOf(error, goalOf(view))
      return waive(id, 'scored as a failure')
    },
    refused: (_, { error }) => fail(error.message),
    settled(sheets, _, view) {
      const report = view.task(REPORT)
      if (report !== undefined) return finish(report.result ?? null)
      const body = { scoreboard: scoreboard(goalOf(view), sheets), folder: 'out' }
      return delegate(task('write_report', body, { id: REPORT }))
    },
  },
})

// ---------------------------------------------------------------------------------------------

function asking({ timeoutMs }: BakeOffGoal, name: string, part: string, checks: readonly Check[], timed = false) {
  return task(`check:${name}`, { checks, timed }, { id: `${name}/${part}`, limits: { timeoutMs } })
}

function goalOf(view: RunView): BakeOffGoal {
  return view.goal as unknown as BakeOffGoal
}

function note(sheet: Sheet, { answers, time }: Answered): void {
  for (const { id, ...score } of answers) sheet.scores[id] = score
  sheet.ms += time?.ms ?? 0
  sheet.yardstickMs += time?.yardstickMs ?? 0
}

function scoreOf(error: ErrorRecord | undefined, { timeoutMs }: BakeOffGoal): Score {
  if (error?.code === 'ATTEMPT_TIMED_OUT') return { verdict: 'timed-out', detail: `no answer within ${timeoutMs} ms` }
  return {
    verdict: error?.code === 'WORKER_THREW' ? 'threw' : 'crashed',
    detail: error?.message ?? 'for no known reason',
  }
}

function scoreboard({ title, implementations, sections }: BakeOffGoal, sheets: Map<string, Sheet>): Scoreboard {
  return {
    title,
    sections: sections.map(({ name, title: heading, source, checks }) => ({
      name,
      title: heading,
      source,
      checks: checks.map((check) => ({ id: check.id, question: check.kind === 'table' ? check.pattern : check.name })),
    })),
    contestants: implementations.map(({ name, version }) => {
      const { scores, ms, yardstickMs } = sheets.get(name) ?? { scores: {}, ms: 0, yardstickMs: 0 }
      return { name, version, scores, ...(yardstickMs > 0 ? { time: ms / yardstickMs } : {}) }
    }),
  }
}
