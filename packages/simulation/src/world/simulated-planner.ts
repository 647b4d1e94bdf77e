import {
  BosunError,
  errorRecord,
  PlanSchema,
  type ErrorRecord,
  type Json,
  type Plan,
  type Planner,
  type WorkerEntry,
} from '@bosun/core'
import { noModel, noPlannerTools } from '@bosun/sdk'
import { Faulted } from './broken.ts'

/** What a planner made of a goal. */
export type Planned = Pick<Plan, 'tasks' | 'groups'> | { readonly error: ErrorRecord }

/**
 * Asks a real planner. One that throws has failed, as in a run; one that returns what is no plan is
 * at fault itself.
 */
export class SimulatedPlanner {
  readonly #planner: Planner
  readonly #workers: readonly WorkerEntry[]
  readonly #underWay = new Set<Promise<void>>()

  constructor(planner: Planner, workers: readonly WorkerEntry[]) {
    this.#planner = planner
    this.#workers = workers
  }

  /** Whether a plan is still being made. */
  get isBusy(): boolean {
    return this.#underWay.size > 0
  }

  /** Comes back when every plan that was asked for has been made. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  ask(goal: Json, answer: (planned: Planned) => void): void {
    const { signal } = new AbortController()
    const asked = (async () =>
      this.#planner.plan({
        goal,
        workers: this.#workers,
        bodySchemas: {},
        folder: '/',
        signal,
        model: noModel,
        tools: noPlannerTools,
        // What is wrong with a graph, the simulated kernel tells as the real one does: once it has it.
        check: () => Promise.resolve([]),
      }))()
    const made = asked
      .then(
        (plan) => answer(this.#checked(plan)),
        (cause: unknown) =>
          answer({ error: errorRecord(new BosunError('PLANNER_FAILED', { at: this.#planner.name, cause })) }),
      )
      .finally(() => this.#underWay.delete(made))
    this.#underWay.add(made)
  }

  #checked(plan: unknown): Planned {
    const parsed = PlanSchema.safeParse(plan)
    if (parsed.success) {
      const { tasks, groups } = parsed.data
      return groups === undefined ? { tasks } : { tasks, groups }
    }
    const [issue] = parsed.error.issues
    const message = `the planner ${this.#planner.name} returned no plan: ${issue?.message} at ${issue?.path.join('.') || 'its root'}`
    throw new Faulted({ code: 'SUBJECT_NONSENSE', message })
  }
}
