import { realpathSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The folder of our own package: the host's program is in it, and the packages of Bosun are seen from it. */
export const OWN_FOLDER = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

/** What the code of a project imports that every Bosun brings along. */
const OWN_IMPORT = /^(?:bosun|zod|@bosun\/[\w-]+)$/

let isRegistered = false
const imported = new Set<string>()

/** The files that this process has imported since, by their URLs. */
export function importedFiles(): ReadonlySet<string> {
  return imported
}

/**
 * Lets the code of a project that has nothing installed import `bosun`, `@bosun/…` and `zod`: where
 * Node finds none for it, the one of the Bosun that runs it is taken. An installed one goes first, and
 * no other import is touched.
 *
 * A project that is written by `bosun init` runs by this, in any folder. Call it before project code is
 * imported; a second call changes nothing.
 */
export function resolveOwnImports(): void {
  if (isRegistered) return
  isRegistered = true
  registerHooks({
    resolve(specifier, context, next) {
      try {
        const found = next(specifier, context)
        if (found.url.startsWith('file:')) imported.add(found.url)
        return found
      } catch (error) {
        if (!OWN_IMPORT.test(specifier) || !isNotFound(error)) throw error
        try {
          return next(specifier, { ...context, parentURL: import.meta.url })
        } catch {
          throw error
        }
      }
    },
  })
}

// ---------------------------------------------------------------------------------------------

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}
