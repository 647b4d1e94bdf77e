import { BosunError, type Json } from '@bosun/core'

/** Any schema that follows Standard Schema (zod, valibot, arktype, …) and checks synchronously. */
export interface GoalSchema<G> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult<G> | Promise<SchemaResult<G>>
    readonly types?: { readonly output: G } | undefined
  }
}

type SchemaResult<G> = { readonly value: G; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * A goal as its schema gives it back.
 *
 * @throws GOAL_INVALID, naming the member and what was expected
 */
export function parseGoal<G>(schema: GoalSchema<G>, manager: string, goal: Json): G {
  const result = schema['~standard'].validate(goal)
  if (result instanceof Promise) {
    throw new BosunError('GOAL_INVALID', {
      at: `goal of ${manager}`,
      expected: 'a schema that checks synchronously',
      received: 'a promise',
      fix: 'Remove asynchronous checks from the goal schema of the manager.',
    })
  }
  if (result.issues === undefined) return result.value
  const issue = result.issues[0]
  const path = (issue?.path ?? []).map((step) => (typeof step === 'object' ? step.key : step))
  throw new BosunError('GOAL_INVALID', {
    at: path.reduce<string>(
      (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
      'goal',
    ),
    expected: issue?.message ?? 'something else',
    summary: `The goal is not what the manager ${manager} accepts.`,
  })
}
