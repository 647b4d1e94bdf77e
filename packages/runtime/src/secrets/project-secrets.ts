import type { BosunConfig } from '../config/config-schema.ts'
import { keyVariables } from '../models/configured-models.ts'
import type { ModelsConfig } from '../models/provider-config.ts'
import { Redactor, SECRET_LENGTH_MIN } from './redactor.ts'

/**
 * The redactor of a project: the keys of its model providers, and what its config calls secret. What
 * is not set is no secret.
 *
 * @throws CONFIG_INVALID when a value that the config asks for is too short to be told from other text
 */
export function projectRedactor(
  { secrets = [] }: Pick<BosunConfig, 'secrets'>,
  models: ModelsConfig,
  env: NodeJS.ProcessEnv,
): Redactor | undefined {
  const stated = new Set(secrets)
  for (const provider of Object.values(models.providers)) {
    if ('keyFrom' in provider && provider.keyFrom !== undefined) stated.add(provider.keyFrom)
  }
  const values = new Map<string, string>()
  for (const name of [...stated, ...keyVariables(models)]) {
    const value = env[name]
    if (value === undefined || value === '') continue
    // Of a provider that the config does not mention, a short value is a stand-in for a key.
    if (stated.has(name) || value.length >= SECRET_LENGTH_MIN) values.set(name, value)
  }
  return Redactor.of(values)
}
