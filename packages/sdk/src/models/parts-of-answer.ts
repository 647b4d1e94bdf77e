import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider'

type Answer = Awaited<ReturnType<LanguageModelV4['doGenerate']>>

/** The stream that a whole answer would have come as. */
export function partsOfAnswer(answer: Answer): LanguageModelV4StreamPart[] {
  const { content, finishReason, usage, warnings, providerMetadata } = answer
  return [
    { type: 'stream-start', warnings },
    ...content.flatMap((part, index): LanguageModelV4StreamPart[] => {
      const id = `${index}`
      if (part.type === 'text') {
        return [
          { type: 'text-start', id },
          { type: 'text-delta', id, delta: part.text },
          { type: 'text-end', id },
        ]
      }
      if (part.type === 'reasoning') {
        return [
          { type: 'reasoning-start', id },
          { type: 'reasoning-delta', id, delta: part.text },
          { type: 'reasoning-end', id },
        ]
      }
      return [part]
    }),
    { type: 'finish', finishReason, usage, ...(providerMetadata === undefined ? {} : { providerMetadata }) },
  ]
}
