import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { CallOptions } from './call-options.ts'
import { oneWireRequest, type WireTrace } from './one-wire-request.ts'
import type { ProviderConfig } from './provider-config.ts'

/** A provider that is reached over the network. */
export type RemoteProvider = Extract<ProviderConfig, { readonly triesMax: number }>

/** Where a provider is reached unless the config says otherwise, and the usual variable of its key. */
export const USUAL_PROVIDERS = {
  openai: { baseUrl: 'https://api.openai.com/v1', keyFrom: 'OPENAI_API_KEY' },
  anthropic: { baseUrl: 'https://api.anthropic.com/v1', keyFrom: 'ANTHROPIC_API_KEY' },
  google: { baseUrl: 'https://generativelanguage.googleapis.com/v1beta', keyFrom: 'GOOGLE_GENERATIVE_AI_API_KEY' },
} as const

/** A model of a provider, by the name that the provider knows it by. */
export interface RemoteModelSource {
  /** As the config calls the provider. */
  readonly name: string
  readonly provider: RemoteProvider
  readonly modelId: string
  readonly key: string | undefined
}

/** A model ready for one call, with the options that this provider needs besides those of the caller. */
export interface OpenedModel {
  readonly model: LanguageModelV4
  readonly options: CallOptions
}

/**
 * Opens a model for one call. The package of the provider is loaded when it is first needed; address
 * and key are always stated, since the package would read them from the environment otherwise.
 */
export async function openLanguageModel(
  source: RemoteModelSource,
  options: CallOptions,
  trace: WireTrace,
): Promise<OpenedModel> {
  const { name, provider, modelId, key } = source
  const secret = key ?? ''
  const fetch = oneWireRequest({ trace })
  switch (provider.kind) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai')
      const baseURL = provider.baseUrl ?? USUAL_PROVIDERS.openai.baseUrl
      const model = createOpenAI({ apiKey: secret, baseURL, fetch }).responses(modelId)
      // The provider keeps no conversation: what a call refers to is in the call, and is counted.
      return { model, options: withOption(options, 'openai', { store: false }) }
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      const baseURL = provider.baseUrl ?? USUAL_PROVIDERS.anthropic.baseUrl
      // The package adds what the model may think to what it may answer; with us it is one number.
      const bounded = oneWireRequest({ trace, amend: (body) => withOutputAtMost(body, options.maxOutputTokens) })
      return { model: createAnthropic({ apiKey: secret, baseURL, fetch: bounded })(modelId), options }
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google')
      const baseURL = provider.baseUrl ?? USUAL_PROVIDERS.google.baseUrl
      return { model: createGoogle({ apiKey: secret, baseURL, fetch })(modelId), options }
    }
    case 'openai-compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const provided = createOpenAICompatible({
        name,
        baseURL: provider.baseUrl,
        ...(key === undefined ? {} : { apiKey: key }),
        supportsStructuredOutputs: true,
        includeUsage: true,
        fetch,
      })
      return { model: provided(modelId), options }
    }
    default:
      return provider satisfies never
  }
}

// ---------------------------------------------------------------------------------------------

function withOption(options: CallOptions, provider: string, own: Record<string, boolean>): CallOptions {
  const { providerOptions } = options
  return { ...options, providerOptions: { ...providerOptions, [provider]: { ...providerOptions?.[provider], ...own } } }
}

function withOutputAtMost(body: string, tokensMax: number): string {
  const sent = JSON.parse(body) as { max_tokens?: number }
  return JSON.stringify({ ...sent, max_tokens: Math.min(sent.max_tokens ?? tokensMax, tokensMax) })
}
