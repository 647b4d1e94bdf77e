import { z } from 'zod'

/** What a provider costs, in millionths of the currency per million tokens. */
export const PriceSchema = z.strictObject({
  inputMicros: z.int().min(0),
  outputMicros: z.int().min(0),
})

const gate = {
  /** Calls under way at the same time. */
  concurrencyMax: z.int().min(1).max(1_000).default(8),
  /** Calls begun within any minute; absent: as the provider allows. */
  callsPerMinuteMax: z.int().min(1).optional(),
  /** Wire calls for one call asked for. */
  triesMax: z.int().min(1).max(10).default(4),
  /** Longest time of one wire call. */
  timeoutMs: z.int().min(1).default(120_000),
}

const remote = {
  /** Where it is reached; absent: the provider's own address. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Name of the environment variable that holds its key; absent: the provider's usual one. */
  keyFrom: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable')
    .optional(),
  ...gate,
}

/** A provider of the config. The keys of `providers` are what stands before the colon in `provider:model`. */
export const ProviderSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('openai'), ...remote }),
  z.strictObject({ kind: z.literal('anthropic'), ...remote }),
  z.strictObject({ kind: z.literal('google'), ...remote }),
  /** Ollama, vLLM, llama.cpp and whoever else speaks chat completions; needs `baseUrl`, and a key only if it is named. */
  z.strictObject({ kind: z.literal('openai-compatible'), ...remote, baseUrl: z.url({ protocol: /^https?$/ }) }),
  /** Answers from a file: JSON, a list of answers by model name. Each attempt plays the list from its start. */
  z.strictObject({ kind: z.literal('scripted'), file: z.string().min(1) }),
  /** Answers from files what it was asked before; in the mode `record` it calls the provider for the rest. */
  z.strictObject({
    kind: z.literal('recorded'),
    /** Folder of the recordings, one file per request. */
    folder: z.string().min(1),
    /** The provider that is recorded, by its name in `providers`. */
    records: z.string().min(1),
    /** `replay` calls nobody, and needs no key. */
    mode: z.enum(['replay', 'record']).default('replay'),
  }),
])
export type ProviderConfig = z.infer<typeof ProviderSchema>

export const ModelsConfigSchema = z.strictObject({
  /** `provider:model` by alias. */
  models: z.record(z.string(), z.string()).default({}),
  providers: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), ProviderSchema).default({}),
  /** By `provider:model`; a model without a price costs nothing. */
  prices: z.record(z.string(), PriceSchema).default({}),
})
/** As `bosun.config.ts` states it. */
export type ModelsConfig = z.infer<typeof ModelsConfigSchema>
export type ModelsConfigInput = z.input<typeof ModelsConfigSchema>
