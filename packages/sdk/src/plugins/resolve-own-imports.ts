import { registerHooks } from 'node:module'

/** What the code of a project imports that every Bosun brings along. */
const OWN_IMPORT = /^(?:bosun|zod|@bosun\/[\w-]+)$/

let isRegistered = false
const imported = new Set<string>()

/** The files that this thread has imported since, by their URLs. */
export function importedFiles(): ReadonlySet<string> {
  return imported
}

/**
 * Lets the code of a project that has nothing installed import `bosun`, `@bosun/…` and `zod`: where
 * Node finds none for it, the one of the Bosun that runs it is taken. An installed one goes first, and
 * no other import is touched.
 *
 * A project that is written by `bosun init` runs by this, in any folder. Call it before project code is
 * imported, once for each thread; a second call changes nothing.
 *
 * @param from URL of the module that calls it: what its package sees is what is taken
 */
export function resolveOwnImports(from: string): void {
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
          return next(specifier, { ...context, parentURL: from })
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
