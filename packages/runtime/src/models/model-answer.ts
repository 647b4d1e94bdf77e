import type { ModelAnswer } from '@bosun/core'
import type { LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { CallOptions } from './call-options.ts'
import { plainJson } from './plain-json.ts'
import { costOf, type Price } from './price-of-call.ts'
import { inputTokensMax } from './token-ceiling.ts'

/** More than any call can use; who reports more does not count. */
const TOKENS_MAX = 1_000_000_000

/** What a model answered, as plain JSON and counted; what was sent, and the headers of the answer, stay here. */
export function modelAnswerOf(
  result: LanguageModelV4GenerateResult,
  asked: CallOptions,
  price: Price | undefined,
): ModelAnswer {
  const { content, finishReason, usage, warnings, providerMetadata, response } = result
  const { id, timestamp, modelId } = response ?? {}
  const used = { inputTokens: inputTokensOf(result, asked), outputTokens: outputTokensOf(result, asked) }
  return {
    answer: plainJson({
      // What only the provider's own package could read would be refused when it came back.
      content: content.filter(({ type }) => type !== 'custom'),
      finishReason,
      usage,
      warnings,
      providerMetadata,
      response: { id, timestamp, modelId },
    }) as ModelAnswer['answer'],
    ...used,
    costMicros: costOf(price, used),
  }
}

// ---------------------------------------------------------------------------------------------

// A provider that reports nothing, or nothing possible, is counted at the most it can have been:
// a budget must not be passed because somebody did not count.

function inputTokensOf({ usage }: LanguageModelV4GenerateResult, asked: CallOptions): number {
  const { total } = usage.inputTokens
  return isCount(total) && total > 0 ? total : inputTokensMax(asked)
}

function outputTokensOf({ usage, content }: LanguageModelV4GenerateResult, asked: CallOptions): number {
  const { total } = usage.outputTokens
  if (isCount(total) && (total > 0 || content.length === 0)) return total
  // What is to be seen of an answer says nothing of what the model has thought.
  return asked.maxOutputTokens
}

function isCount(total: number | undefined): total is number {
  return Number.isSafeInteger(total) && (total as number) >= 0 && (total as number) <= TOKENS_MAX
}
