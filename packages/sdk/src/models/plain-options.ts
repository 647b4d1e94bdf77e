import type { ModelOptions } from '@bosun/core'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'

/** Call options as plain JSON: without the signal and the headers, bytes as base64 text. */
export function plainOptions(options: LanguageModelV4CallOptions): ModelOptions {
  const { abortSignal: _signal, headers: _headers, ...rest } = options
  return JSON.parse(
    JSON.stringify(rest, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  ) as ModelOptions
}
