import type { ServiceIdentifier } from 'inversify'

/** Resolves `provider:model` and aliases; nothing else reaches a model provider. */
export interface ModelRegistry {
  /** The full name behind an alias; throws MODEL_UNKNOWN. */
  resolve(name: string): string
}
export const ModelRegistry: ServiceIdentifier<ModelRegistry> = Symbol.for('bosun.ModelRegistry')
