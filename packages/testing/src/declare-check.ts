// oxlint-disable vitest/valid-title, vitest/expect-expect -- it declares the tests of others
import {
  explainFailure,
  runCampaign,
  settingOf,
  subjectName,
  type CampaignOptions,
  type CampaignReport,
  type CheckOptions,
  type Setting,
  type Subject,
} from '@bosun/simulation'
import { beforeAll, describe, it } from 'vitest'
import { besideSpec } from './beside-spec.ts'
import { clausesOf, type Clause } from './clauses.ts'
import { failureMessage } from './failure-message.ts'

/** How a subject is checked in a spec. */
export interface CheckSpecOptions
  extends CheckOptions, Pick<CampaignOptions, 'seed' | 'corpus' | 'shares' | 'goals' | 'goalsRequired'> {
  /** Schedules of the campaign. Default 2,000. */
  readonly schedules?: number
  /**
   * File whose default export is what is checked, for the command of a failure; these options should
   * be its export `check`. Default: the file that stands beside the spec, `survey.ts` of `survey.spec.ts`.
   */
  readonly module?: string
}

const SCHEDULES = 2_000
/** Never by time: how long a campaign takes hangs on the machine. */
const NO_TIMEOUT = 0

/** Declares the tests of one check. */
export function declareCheck(subject: Subject, options: CheckSpecOptions): void {
  const { schedules = SCHEDULES, seed, corpus, shares, goals, goalsRequired, module, ...rest } = options
  const setting = settingOf(subject, rest)
  const campaign = withoutAbsent({ schedules, seed, corpus, shares, goals, goalsRequired })
  describe(subjectName(subject), () => {
    let report: CampaignReport
    beforeAll(async () => {
      report = await runCampaign(setting, campaign)
    }, NO_TIMEOUT)
    for (const clause of clausesOf(setting)) {
      it(
        clause.title,
        async ({ skip, task }) => {
          const file = module ?? besideSpec(task.file.filepath)
          const verdict = clause.judge(report)
          if (verdict.type === 'not judged') skip(verdict.reason)
          if (verdict.type === 'violated') await fail(setting, verdict, { module: file, hasOptions: isSaid(rest) })
        },
        NO_TIMEOUT,
      )
    }
  })
}

// ---------------------------------------------------------------------------------------------

async function fail(
  setting: Setting,
  { failures, sentence }: Extract<ReturnType<Clause['judge']>, { type: 'violated' }>,
  module: { readonly module: string; readonly hasOptions: boolean },
): Promise<never> {
  const told = await Promise.all(failures.map((failure) => explainFailure(setting, failure, module)))
  throw new CheckFailed(
    failureMessage(
      sentence,
      told.filter((one) => one !== undefined),
    ),
  )
}

/** What a test of a check fails with. It has no stack: the place that matters is in the message. */
class CheckFailed extends Error {
  override readonly name = 'CheckFailed'

  constructor(message: string) {
    super(message)
    this.stack = `${this.name}: ${message}`
  }
}

function isSaid(options: CheckOptions): boolean {
  return Object.keys(options).length > 0
}

type Present<O> = { [K in keyof O]?: Exclude<O[K], undefined> }

function withoutAbsent<O extends object>(options: O): Present<O> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Present<O>
}
