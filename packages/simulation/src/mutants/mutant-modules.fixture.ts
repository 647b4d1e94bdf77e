import { registerHooks } from 'node:module'
import type * as kernel from '@bosun/kernel'
import type * as managers from '@bosun/managers'
import type { settingOf } from '../subject/check-options.ts'
import type { createSimulator } from '../world/simulator.ts'
import { fileOf, mutated } from './mutated-source.fixture.ts'
import type { Mutant } from './mutant.fixture.ts'

/** What runs schedules of a mutant: our own modules around the mutated kernel and shell. */
export interface MutantModules {
  readonly createSimulator: typeof createSimulator
  readonly settingOf: typeof settingOf
  readonly kernel: typeof kernel
  readonly managers: typeof managers
}

/** The packages of which each mutant has a copy of its own; all others are shared with the judge. */
const COPIED = /^packages\/(kernel|managers|simulation)\/src\//
const MARK = '?mutant='

const mutants = new Map<string, Mutant>()

/**
 * Loads the modules of a mutant. Its sources are changed while they are loaded: nothing is written to
 * disk, and what others import stays as it is. Node has to run the sources by itself
 * (`--conditions=@bosun/source`), since Vitest loads modules in its own way.
 *
 * @throws when an edit does not fit its source
 */
export async function loadMutant(mutant: Mutant): Promise<MutantModules> {
  if (mutants.size === 0) registerHooks({ resolve, load })
  mutants.set(mutant.name, mutant)
  return {
    ...(await copyOf<Pick<MutantModules, 'createSimulator'>>('../world/simulator.ts', mutant)),
    ...(await copyOf<Pick<MutantModules, 'settingOf'>>('../subject/check-options.ts', mutant)),
    kernel: await copyOf('../../../kernel/src/index.ts', mutant),
    managers: await copyOf('../../../managers/src/index.ts', mutant),
  }
}

/** The copy of a module that belongs to a mutant. */
async function copyOf<M>(path: string, { name }: Mutant): Promise<M> {
  return (await import(`${new URL(path, import.meta.url).href}${MARK}${name}`)) as M
}

type Hooks = Required<Parameters<typeof registerHooks>[0]>

/** What a module of a mutant imports belongs to the mutant as well. */
const resolve: Hooks['resolve'] = (specifier, context, next) => {
  const found = next(specifier, context)
  const name = context.parentURL?.split(MARK)[1]
  if (name === undefined || found.url.includes(MARK) || !isCopied(found.url)) return found
  return { ...found, url: `${found.url}${MARK}${name}` }
}

const load: Hooks['load'] = (url, context, next) => {
  const loaded = next(url, context)
  const [path, name] = url.split(MARK)
  const mutant = name === undefined ? undefined : mutants.get(name)
  if (path === undefined || mutant === undefined) return loaded
  return { ...loaded, source: mutated(mutant, fileOf(path), String(loaded.source)) }
}

function isCopied(url: string): boolean {
  return url.startsWith('file:') && COPIED.test(fileOf(url))
}
