import { BosunError, type Clock, type ModelRegistry, type ResolvedModel } from '@bosun/core'
import { resolve as resolvePath } from 'node:path'
import { USUAL_PROVIDERS, type RemoteProvider } from './open-language-model.ts'
import { ProviderSchema, type ModelsConfig, type ProviderConfig } from './provider-config.ts'
import { ProviderGate } from './provider-gate.ts'
import { RecordedModel } from './recorded-model.ts'
import { RemoteModel } from './remote-model.ts'
import { readScriptedAnswers } from './scripted-answers.ts'
import { scriptedModels, type ScriptedModels } from './scripted-models.ts'

export interface ConfiguredModelsOptions {
  /** Where keys are looked up; nothing else of it is read. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder of the project, which scripts and recordings are relative to. */
  readonly folder: string
  readonly clock: Clock
  /** From 0 up to 1: spreads the tries of many callers. @defaultValue chance */
  readonly random?: () => number
}

/** The providers that need no mention in a config. */
const USUAL: Readonly<Record<string, ProviderConfig>> = Object.fromEntries(
  Object.keys(USUAL_PROVIDERS).map((kind) => [kind, ProviderSchema.parse({ kind })]),
)

/**
 * The models of a config: aliases and `provider:model`, and nothing else.
 *
 * `openai`, `anthropic` and `google` are there without mention, each with its usual key variable. A
 * name is only looked up here; the package of its provider is loaded, and its key is used, when the
 * model is first called. All calls to one provider pass one gate, whoever makes them.
 *
 * @example
 * const config = ModelsConfigSchema.parse({ models: { fast: 'openai:gpt-5-mini' } })
 * const models = configuredModels(config, { env: process.env, folder: '.', clock: new SystemClock() })
 * models.resolve('fast').name // 'openai:gpt-5-mini'
 */
export function configuredModels(config: ModelsConfig, options: ConfiguredModelsOptions): ModelRegistry {
  return new ConfiguredModels(config, options)
}

/** The variables that hold keys of providers, whether they are set or not: their values belong in no output. */
export function keyVariables(config: ModelsConfig): readonly string[] {
  const providers = Object.values({ ...USUAL, ...config.providers })
  const named = providers.map((provider) => ('triesMax' in provider ? keyVariableOf(provider) : undefined))
  return [...new Set(named.filter((name) => name !== undefined))]
}

class ConfiguredModels implements ModelRegistry {
  readonly #config: ModelsConfig
  readonly #options: ConfiguredModelsOptions
  readonly #providers: ReadonlyMap<string, ProviderConfig>
  readonly #aliases: ReadonlyMap<string, string>
  readonly #gates = new Map<string, ProviderGate>()
  /** Scripts by provider: how far each attempt has played is kept from call to call. */
  readonly #scripts = new Map<string, ScriptedModels>()

  constructor(config: ModelsConfig, options: ConfiguredModelsOptions) {
    this.#config = config
    this.#options = options
    this.#providers = new Map(Object.entries({ ...USUAL, ...config.providers }))
    this.#aliases = new Map(Object.entries(config.models))
  }

  resolve(name: string): ResolvedModel {
    const full = this.#aliases.get(name) ?? name
    const colon = full.indexOf(':')
    const [providerName, modelId] = [full.slice(0, Math.max(colon, 0)), full.slice(colon + 1)]
    const provider = this.#providers.get(providerName)
    if (provider === undefined || modelId === '') throw this.#unknown(name, full)
    return this.#modelOf(providerName, provider, modelId)
  }

  #modelOf(name: string, provider: ProviderConfig, modelId: string): ResolvedModel {
    switch (provider.kind) {
      case 'scripted':
        return this.#scriptOf(name, provider.file).resolve(modelId)
      case 'recorded': {
        const records = `${provider.records}:${modelId}`
        const source = this.#recordedSource(name, provider.records)
        return new RecordedModel({
          name: `${name}:${modelId}`,
          records,
          price: this.#config.prices[records],
          folder: resolvePath(this.#options.folder, provider.folder),
          behind: provider.mode === 'replay' ? undefined : this.#remoteOf(provider.records, source, modelId),
        })
      }
      default:
        return this.#remoteOf(name, provider, modelId)
    }
  }

  /** What is recorded is reached over the network; a recording of a script or a recording would show nothing. */
  #recordedSource(name: string, records: string): RemoteProvider {
    const provider = this.#providers.get(records)
    if (provider !== undefined && 'triesMax' in provider) return provider
    throw new BosunError('MODEL_UNKNOWN', {
      at: `providers.${name}.records`,
      received: `"${records}"`,
      expected: `a provider that is called: ${this.#namesOfRemotes().join(', ')}`,
    })
  }

  #remoteOf(name: string, provider: RemoteProvider, modelId: string): RemoteModel {
    const { clock } = this.#options
    const key = this.#keyOf(name, provider)
    return new RemoteModel({
      source: { name, provider, modelId, key },
      price: this.#config.prices[`${name}:${modelId}`],
      gate: this.#gateOf(name, provider),
      clock,
    })
  }

  #gateOf(name: string, provider: RemoteProvider): ProviderGate {
    const { clock, random } = this.#options
    const gate = this.#gates.get(name) ?? new ProviderGate({ ...provider, name, clock, ...(random && { random }) })
    this.#gates.set(name, gate)
    return gate
  }

  #scriptOf(name: string, file: string): ScriptedModels {
    const known = this.#scripts.get(name)
    if (known !== undefined) return known
    const answers = readScriptedAnswers(resolvePath(this.#options.folder, file))
    const script = scriptedModels(answers, { provider: name, prices: this.#config.prices })
    this.#scripts.set(name, script)
    return script
  }

  #keyOf(name: string, provider: RemoteProvider): string | undefined {
    const variable = keyVariableOf(provider)
    if (variable === undefined) return undefined
    const key = this.#options.env[variable]
    if (key !== undefined && key !== '') return key
    throw new BosunError('MODEL_KEY_MISSING', {
      at: `providers.${name}`,
      expected: `the environment variable ${variable}`,
      received: key === undefined ? 'none' : 'an empty one',
    })
  }

  #unknown(name: string, full: string): BosunError {
    const aliases = [...this.#aliases.keys()]
    const known = aliases.length === 0 ? '' : `one of ${aliases.join(', ')}, or `
    return new BosunError('MODEL_UNKNOWN', {
      received: full === name ? `"${name}"` : `"${name}", an alias of "${full}"`,
      expected: `${known}PROVIDER:MODEL with one of ${[...this.#providers.keys()].join(', ')}`,
    })
  }

  #namesOfRemotes(): string[] {
    return [...this.#providers].filter(([, provider]) => 'triesMax' in provider).map(([name]) => name)
  }
}

// ---------------------------------------------------------------------------------------------

/** Whoever is not listed here, a server of one's own, needs a key only where the config names one. */
function keyVariableOf(provider: RemoteProvider): string | undefined {
  if (provider.keyFrom !== undefined || provider.kind === 'openai-compatible') return provider.keyFrom
  return USUAL_PROVIDERS[provider.kind].keyFrom
}
