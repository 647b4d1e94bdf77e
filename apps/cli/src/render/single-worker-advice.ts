/** From so many refusals on it is no slip any more: the manager does not keep to its role. */
const REFUSALS_MIN = 3

/** What a run came to, as far as it says whether a manager was of use. */
export interface ManagerUse {
  readonly tasks: number
  readonly discovered: number
  /** Decisions of the manager that were refused, and its violations. */
  readonly refusals: number
}

/** Advises a single worker where a manager brings nothing, or does not manage; `undefined` where it is of use. */
export function singleWorkerAdvice({ tasks, discovered, refusals }: ManagerUse): string | undefined {
  if (refusals >= REFUSALS_MIN) {
    return `${refusals} decisions of the manager were refused. If one worker can do the whole, let it: \`bosun try WORKER --body …\` runs it alone.`
  }
  if (tasks !== 1 || discovered > 0) return undefined
  return 'One task needs no manager: `bosun try WORKER --body …` runs its worker alone.'
}
