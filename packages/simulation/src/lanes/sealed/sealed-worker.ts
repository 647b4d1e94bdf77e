import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BosunError, type AnyWorker } from '@bosun/core'
import * as sdk from '@bosun/sdk'
import * as zod from 'zod'
import type { OuterContext } from './realm-program.ts'
import { isCurrent, openRealm, type SealedRealm } from './sealed-realm.ts'
import { sealedSource } from './sealed-source.ts'

/** What a sealed module may import: code without state, time and chance. */
const IMPORTABLE: Readonly<Record<string, object>> = { zod, '@bosun/sdk': sdk }

/**
 * Loads a worker for the sealed lane: its module runs anew for every schedule, in a context of its own
 * with neither clock, chance, timers nor weak references, and without memory of other schedules.
 *
 * For code that one does not trust to use its context alone. It is no fence against malice. The module
 * is one file that imports `zod` and `@bosun/sdk` only; the sealed worker then goes wherever a worker
 * goes, and `AsyncLane` runs it.
 *
 * @param name of the export. Default `default`
 * @throws SEALED_UNSUPPORTED, with the place and the reason
 * @example
 * import { sealedWorker } from '@bosun/simulation'
 *
 * const worker = sealedWorker(new URL('./page-writer.ts', import.meta.url), 'pageWriter')
 */
export function sealedWorker(url: URL, name = 'default'): AnyWorker {
  const file = fileURLToPath(url)
  const source = sealedSource(readFileSync(file, 'utf8'), file)
  const modules = source.imports.map((from) => importable(from, file))
  let realm = openRealm(source, modules)
  const worker = workerOf(realm, name, file)
  return {
    ...worker,
    run: (input: { readonly body: unknown }, context: unknown) => {
      if (!isCurrent(realm)) realm = openRealm(source, modules)
      return resultOf(workerOf(realm, name, file).run(input, realm.door.contextOf(context as OuterContext) as never))
    },
  }
}

// Private

function importable(from: string, file: string): object {
  const module = IMPORTABLE[from]
  if (module !== undefined) return module
  throw new BosunError('SEALED_UNSUPPORTED', { at: file, expected: 'imports of zod and @bosun/sdk', received: from })
}

function workerOf(realm: SealedRealm, name: string, file: string): AnyWorker {
  const found = realm.exports[name] as AnyWorker | undefined
  if (found?.kind === 'worker') return found
  throw new BosunError('SEALED_UNSUPPORTED', { at: file, expected: `a worker as the export ${name}` })
}

/** A promise of the realm becomes one of ours, without a job in between. */
function resultOf(returned: unknown): unknown {
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return returned
  return new Promise((resolve, reject) => {
    ;(returned as PromiseLike<unknown>).then(
      (value) => resolve(value),
      (error: unknown) => reject(error as Error),
    )
  })
}
