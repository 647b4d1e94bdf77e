import type { Clock, Json, ModelCallHow, ModelOptions } from '@bosun/core'
import { SystemClock } from '../run/system-clock.ts'
import { configuredModels } from './configured-models.ts'
import { ModelsConfigSchema, type ModelsConfigInput } from './provider-config.ts'

export interface TestModels {
  readonly env?: Readonly<Record<string, string>>
  readonly folder?: string
  readonly clock?: Clock
}

/** The models of a config, with keys made up for the usual providers. */
export function modelsOf(input: ModelsConfigInput, { env, folder = '.', clock = new SystemClock() }: TestModels = {}) {
  const keys = { OPENAI_API_KEY: 'key-o', ANTHROPIC_API_KEY: 'key-a', GOOGLE_GENERATIVE_AI_API_KEY: 'key-g' }
  return configuredModels(ModelsConfigSchema.parse(input), { env: env ?? keys, folder, clock, random: () => 0 })
}

/** What a worker asks, as it comes from its host. */
export function ask(text: string, more: ModelOptions = {}): ModelOptions {
  return { prompt: [{ role: 'user', content: [{ type: 'text', text }] }], maxOutputTokens: 100, ...more }
}

/** How an attempt calls. */
export function by(attempt = 'run/task@1', more: Partial<ModelCallHow> = {}): ModelCallHow {
  return { attempt, signal: new AbortController().signal, ...more }
}

/** All that a streamed call tells. */
export function told() {
  const parts: { readonly type: string; readonly [key: string]: Json }[] = []
  return { parts, onPart: (part: Json) => void parts.push(part as never) }
}
