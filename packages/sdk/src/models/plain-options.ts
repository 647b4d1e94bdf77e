import { BosunError, type ModelOptions } from '@bosun/core'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'

/** Call options as plain JSON: without the signal and the headers, bytes as base64 text. @throws MODEL_CALL_INVALID */
export function plainOptions(options: LanguageModelV4CallOptions): ModelOptions {
  const { abortSignal: _signal, headers: _headers, ...rest } = options
  try {
    return JSON.parse(JSON.stringify(rest, bytesAsText)) as ModelOptions
  } catch (error) {
    throw BosunError.from(error, 'MODEL_CALL_INVALID', { expected: 'options that JSON can carry' })
  }
}

/** Looks at the member itself: what `toJSON` makes of a Buffer is a list of numbers. */
function bytesAsText(this: unknown, key: string, value: unknown): unknown {
  const member: unknown = (this as Record<string, unknown>)[key]
  return member instanceof Uint8Array ? Buffer.from(member).toString('base64') : value
}
