import { repositoryFrom } from './repository.ts'
import type { Repository } from './repository.ts'

/** A package.json as the workspace writes it, with one entry at src/index.ts. */
export function manifest(name: string, fields: object = {}): string {
  return JSON.stringify({ name, exports: { '.': { '@bosun/source': './src/index.ts' } }, ...fields })
}

/** Core, kernel, managers, one plugin and the door of composers, with nothing in them yet. */
export const emptyWorkspace: Readonly<Record<string, string>> = {
  'packages/core/package.json': manifest('@bosun/core'),
  'packages/kernel/package.json': manifest('@bosun/kernel', { dependencies: { '@bosun/core': '0.1.0' } }),
  'packages/invariants/package.json': manifest('@bosun/invariants'),
  'packages/managers/package.json': manifest('@bosun/managers'),
  'packages/sdk/package.json': manifest('@bosun/sdk'),
  'packages/bosun/package.json': manifest('bosun'),
  'plugins/worker-echo/package.json': manifest('@bosun/worker-echo'),
  'apps/cli/package.json': manifest('@bosun/cli'),
}

/** The workspace above with these files in it. */
export function workspaceWith(files: Readonly<Record<string, string>>): Repository {
  return repositoryFrom(new Map(Object.entries({ ...emptyWorkspace, ...files })))
}
