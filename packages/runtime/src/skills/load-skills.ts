import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BosunError } from '@bosun/core'
import type { LoadedConfig } from '../config/load-config.ts'
import { readSkill, SKILL_FILE } from './read-skill.ts'

/** The skills of a project. */
export interface LoadedSkills {
  /** What workers are told, by the name of the skill. */
  readonly texts: Readonly<Record<string, string>>
  /** Where they were found, absolute and without links: workers that could write there would instruct others. */
  readonly folders: readonly string[]
}

/**
 * Loads the skills that a config names, and no others: each path is a skill, or a folder of skills.
 *
 * @throws FOLDER_MISSING, and SKILL_INVALID for a folder that is no skill, or one that is there twice
 */
export function loadSkills({ config, file, folder }: Pick<LoadedConfig, 'config' | 'file' | 'folder'>): LoadedSkills {
  const texts: Record<string, string> = Object.create(null) as Record<string, string>
  const folders: string[] = []
  for (const [index, path] of (config.skills ?? []).entries()) {
    const root = existing(resolve(folder, path), `${file} skills[${index}]`)
    folders.push(root)
    for (const { at, place } of skillFolders(root, path)) {
      const { name, text } = readSkill(at, place)
      if (name in texts)
        throw new BosunError('SKILL_INVALID', { at: place, received: `the skill "${name}" a second time` })
      texts[name] = text
    }
  }
  return { texts, folders }
}

// ---------------------------------------------------------------------------------------------

function skillFolders(root: string, path: string): readonly { readonly at: string; readonly place: string }[] {
  if (existsSync(join(root, SKILL_FILE))) return [{ at: root, place: path }]
  const found = readdirSync(root, { withFileTypes: true })
    // What begins with a dot belongs to other tools.
    .filter((entry) => !entry.name.startsWith('.') && !entry.isFile())
    .map((entry) => {
      const place = `${path}/${entry.name}`
      // A link would lead to what the config does not name.
      if (entry.isDirectory()) return { at: join(root, entry.name), place }
      throw new BosunError('SKILL_INVALID', { at: place, expected: 'a folder', received: 'a link, or something else' })
    })
  if (found.length > 0) return found.toSorted((one, other) => (one.at < other.at ? -1 : 1))
  throw new BosunError('SKILL_INVALID', {
    at: path,
    expected: `a ${SKILL_FILE}, or folders that hold one`,
    received: 'neither',
  })
}

function existing(path: string, at: string): string {
  try {
    const real = realpathSync(path)
    if (statSync(real).isDirectory()) return real
  } catch (error) {
    throw new BosunError('FOLDER_MISSING', { at, received: path, cause: error })
  }
  throw new BosunError('FOLDER_MISSING', { at, expected: 'a folder', received: `${path}, a file` })
}
