import { BosunError } from '@bosun/core'
import { loadConfig } from '../config/load-config.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { projectModels } from './project-models.ts'

/**
 * What takes the secrets of a project out of texts; none where there is no config that names any.
 *
 * @throws CONFIG_INVALID
 */
export async function secretsOfProject(folder: string): Promise<Redactor | undefined> {
  try {
    return projectModels(await loadConfig(folder), process.env).redactor
  } catch (error) {
    if (BosunError.is(error, 'CONFIG_MISSING') || BosunError.is(error, 'FOLDER_MISSING')) return undefined
    throw error
  }
}
