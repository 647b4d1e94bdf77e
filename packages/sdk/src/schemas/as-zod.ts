/**
 * Schemas of authors, whatever library they were written with, in the one form that the rest of the
 * code reads.
 */
import { BosunError, type Json } from '@bosun/core'
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { z } from 'zod'

/** A schema of zod 4, or of any library that speaks Standard Schema: ArkType, Valibot, … */
export type Schema<T, Input = unknown> = StandardSchemaV1<Input, T>

type Standard = StandardSchemaV1['~standard'] & Partial<StandardJSONSchemaV1['~standard']>
type Answer = StandardSchemaV1.Result<unknown>

/**
 * A schema as a zod type. One of zod 4 is returned as it is; any other is wrapped, with its JSON
 * Schema where it can tell it, and open where it cannot.
 *
 * @param at what the schema is of, for messages: `worker greeter: body`
 * @throws PLUGIN_INVALID for what is no schema, and for one that answers with a promise: here if it
 *   does so for `undefined` already, else when it is first used
 * @example
 * asZod(type({ name: 'string' }), 'worker greeter: body').parse({ name: 'Ada' })
 */
export function asZod<T, Input>(schema: Schema<T, Input>, at: string): z.ZodType<T> {
  if (typeof schema === 'object' && schema !== null && '_zod' in schema) return schema as unknown as z.ZodType<T>
  const standard = standardOf(schema)
  if (standard === undefined)
    throw refused(at, `${schema === null ? 'null' : `a ${typeof schema}`} without "~standard"`)
  probe(standard, at)
  const wrapped = z.any().transform((value: unknown, context) => {
    const answer = answerOf(standard, value, at)
    if (answer.issues === undefined) return answer.value as T
    for (const { message, path } of answer.issues) {
      context.issues.push({ code: 'custom', message, path: path?.map(keyOf) ?? [], input: value })
    }
    return z.NEVER
  })
  // Where zod itself looks for a JSON Schema that a type brings along.
  // oxlint-disable-next-line no-underscore-dangle
  wrapped._zod.toJSONSchema = () => jsonSchemaOf(standard)
  return wrapped
}

// ---------------------------------------------------------------------------------------------

function standardOf(schema: unknown): Standard | undefined {
  // A schema may be a function: ArkType's are.
  const isHolder = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
  const standard = isHolder ? (schema as { readonly '~standard'?: unknown })['~standard'] : undefined
  const isStandard = typeof standard === 'object' && standard !== null && 'validate' in standard
  return isStandard && typeof standard.validate === 'function' ? (standard as Standard) : undefined
}

/** Asks once, so that a schema that is asynchronous by its kind is refused where it is written. */
function probe(standard: Standard, at: string): void {
  try {
    answerOf(standard, undefined, at)
  } catch (error) {
    // What else it throws for a value that it was not made for tells nothing.
    if (BosunError.is(error)) throw error
  }
}

function answerOf(standard: Standard, value: unknown, at: string): Answer {
  const answer = standard.validate(value)
  if (!(answer instanceof Promise)) return answer
  answer.catch(() => {})
  throw refused(at, 'a promise', 'a schema that answers at once')
}

function jsonSchemaOf(standard: Standard): Json {
  try {
    const { $schema: _, ...schema } = standard.jsonSchema?.input({ target: 'draft-2020-12' }) ?? {}
    return schema as Json
  } catch {
    // Not every schema can be told; validation never uses it.
    return {}
  }
}

function keyOf(part: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof part === 'object' ? part.key : part
}

function refused(at: string, received: string, expected = 'a schema of zod 4, or of any library with Standard Schema') {
  return new BosunError('PLUGIN_INVALID', {
    at,
    expected,
    received,
    summary: 'What stands there is no schema that can be used',
    fix: 'Give a schema of zod, ArkType, Valibot or the like, without asynchronous checks.',
  })
}
