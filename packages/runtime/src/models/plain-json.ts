import { BosunError, isDeeperThan, type Json } from '@bosun/core'

/** Deepest nesting that is passed on: with the messages around it, it stays below what any door reads. */
const DEPTH_MAX = 48

/**
 * A value of the AI SDK as plain JSON: bytes as base64 text, dates and addresses as text.
 *
 * @throws MODEL_FAILED where it nests deeper than 48 levels
 */
export function plainJson(value: unknown): Json {
  const text = textOf(value)
  if (text !== undefined && !isDeeperThan(text, DEPTH_MAX)) return JSON.parse(text) as Json
  throw new BosunError('MODEL_FAILED', { received: `an answer that nests deeper than ${DEPTH_MAX} levels` })
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_key, member: unknown) =>
      member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member,
    )
  } catch {
    return undefined
  }
}
