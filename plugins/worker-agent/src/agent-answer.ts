import { BosunError, parseJson, shapeFault, withoutFence } from '@bosun/sdk'
import { jsonSchema, Output } from 'ai'
import { z } from 'zod'

/** What the last text of a model is: the result of the task, or what is wrong with it. */
export type Answer = { readonly value: unknown } | { readonly fault: string }

/** How the result of a worker is asked for, and read from what the model says. */
export interface AnswerForm {
  /** Says what to answer with. */
  readonly instructions: string
  /** The form as the AI SDK takes it. */
  readonly output: Output.Output<Answer>
}

/**
 * The form of an answer by the schema of the result. Text is asked for as it is, an object as JSON; any
 * other value as the one member of an object, since that is all that providers can be asked for.
 */
export function answerForm(result: z.ZodType): AnswerForm {
  const { type } = asJson(result)
  if (type === 'string') {
    return {
      instructions: 'When you are done, answer with the result alone, as plain text.',
      output: { ...Output.text(), ...reading((text) => checked(text, result)) },
    }
  }
  const isWhole = type === 'object'
  const asked = asJson(isWhole ? result : z.strictObject({ result }))
  return {
    instructions: `When you are done, answer with JSON alone, of this JSON Schema: ${JSON.stringify(asked)}`,
    output: {
      ...Output.object({ schema: jsonSchema(asked) }),
      ...reading((text) => readJson(text, result, isWhole)),
    },
  }
}

// ---------------------------------------------------------------------------------------------

/** A fault is told to the model, so reading never throws. */
function reading(read: (text: string) => Answer) {
  return { parseCompleteOutput: ({ text }: { readonly text: string }) => Promise.resolve(read(text)) }
}

function readJson(text: string, result: z.ZodType, isWhole: boolean): Answer {
  let value: unknown
  try {
    value = parseJson(withoutFence(text), 'the answer')
  } catch (error) {
    return { fault: BosunError.from(error, 'JSON_INVALID').message }
  }
  if (isWhole) return checked(value, result)
  const isHolder = typeof value === 'object' && value !== null && 'result' in value
  return isHolder ? checked((value as { result: unknown }).result, result) : { fault: 'the member "result" is missing' }
}

/** The value as the model gave it: what the schema makes of it, is for whoever takes the result. */
function checked(value: unknown, result: z.ZodType): Answer {
  const parsed = result.safeParse(value)
  return parsed.success ? { value } : { fault: shapeFault(parsed.error) }
}

function asJson(schema: z.ZodType): Parameters<typeof jsonSchema>[0] & { readonly type?: unknown } {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', target: 'draft-7' })
  return json as never
}
