import type { ModelRegistry } from '@bosun/core'
import type { LoadedConfig } from '../config/load-config.ts'
import { configuredModels, keyVariables } from '../models/configured-models.ts'
import { ModelsConfigSchema } from '../models/provider-config.ts'
import { SystemClock } from '../run/system-clock.ts'
import { projectRedactor } from '../secrets/project-secrets.ts'
import type { Redactor } from '../secrets/redactor.ts'

/** The models of a project, and what keeps their keys out of everything else. */
export interface ProjectModels {
  readonly models: ModelRegistry
  readonly redactor: Redactor | undefined
}

/** Made once per project, so that all its runs pass the same gates. @throws CONFIG_INVALID */
export function projectModels({ config, folder }: LoadedConfig, env: NodeJS.ProcessEnv): ProjectModels {
  const { models, providers, prices } = config
  const parsed = ModelsConfigSchema.parse({ models, providers, prices })
  const keys = Object.fromEntries(keyVariables(parsed).map((name) => [name, env[name]]))
  return {
    models: configuredModels(parsed, { env: keys, folder, clock: new SystemClock() }),
    redactor: projectRedactor(config, parsed, env),
  }
}
