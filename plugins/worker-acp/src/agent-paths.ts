import { relative, resolve } from 'node:path'

/** The folders that an agent names files in. */
export interface AgentPlace {
  readonly cwd: string
  readonly workspace: string
}

/**
 * A path as the tools of Bosun have it, relative to the workspace. The folder that the agent works in and the
 * workspace are two views of the same files. What lies elsewhere keeps its name, under which it is refused.
 */
export function pathOf(path: string, { cwd, workspace }: AgentPlace): string {
  const absolute = resolve(cwd, path)
  for (const root of [cwd, workspace]) {
    const inside = relative(root, absolute)
    if (inside !== '..' && !inside.startsWith('../')) return inside === '' ? '.' : inside
  }
  return absolute
}
