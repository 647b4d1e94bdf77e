import { BosunError, parseJson, type ScriptedAnswer } from '@bosun/core'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** What each scripted model answers, call by call, by the name of the model. */
export type ScriptedAnswers = Readonly<Record<string, readonly ScriptedAnswer[]>>

const ScriptSchema = z.record(
  z.string(),
  z.array(
    z.union([
      z.string(),
      z.strictObject({
        text: z.string().optional(),
        data: z.json().optional(),
        toolCalls: z.array(z.strictObject({ name: z.string(), input: z.json() })).optional(),
        usage: z.strictObject({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) }).optional(),
        when: z.string().optional(),
        expects: z.string().optional(),
      }),
    ]),
  ),
)

/** Reads a script from its file. @throws FILE_UNREADABLE, JSON_INVALID, JSON_TOO_LARGE, CONFIG_INVALID */
export function readScriptedAnswers(path: string): ScriptedAnswers {
  const parsed = ScriptSchema.safeParse(parseJson(bytesOf(path), path))
  if (parsed.success) return parsed.data as ScriptedAnswers
  const issue = parsed.error.issues[0]
  throw new BosunError('CONFIG_INVALID', {
    at: `${path}: ${z.core.toDotPath(issue?.path ?? [])}`,
    expected: 'a list of answers by model name: text, or { text, data, toolCalls, usage, when, expects }',
    fix: 'Correct the script at the path that is named.',
  })
}

function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw BosunError.from(error, 'FILE_UNREADABLE', { at: path })
  }
}
