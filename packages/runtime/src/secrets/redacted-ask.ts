import type { Json } from '@bosun/core'
import type { AskModel } from '@bosun/sdk'
import type { Redactor } from './redactor.ts'

/** A way to ask a model on which no secret passes, neither to the model nor back. */
export function redactedAsk(ask: AskModel, redactor: Redactor | undefined): AskModel {
  if (redactor === undefined) return ask
  return async (options, signal, onPart) => {
    const tell = onPart === undefined ? undefined : (part: Json) => onPart(redactor.json(part))
    try {
      return redactor.json(await ask(redactor.json(options), signal, tell))
    } catch (error) {
      throw redactor.error(error)
    }
  }
}
