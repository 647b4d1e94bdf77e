/** One change to a source file. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
}

/** A seeded bug: the reference sources with one defect, made as they are loaded and never on disk. */
export interface Mutant {
  readonly name: string
  /** Its number in the catalogue of seeded bugs; absent for those that came later. */
  readonly number?: number
  /** What is wrong, in one sentence. */
  readonly defect: string
  readonly edits: readonly Edit[]
  /** Ids of the invariants that are expected to find it. */
  readonly killers: readonly string[]
  /** Why nothing finds it yet: what the world or the invariants lack. */
  readonly survives?: string
  /** What has to run for the defect to show. Default `graph`. */
  readonly stage?: StageName
}

/** A name of `STAGES`. */
export type StageName =
  | 'graph'
  | 'modest'
  | 'priority'
  | 'stealing'
  | 'keeping'
  | 'hedging'
  | 'search'
  | 'fan-out'
  | 'meddle'
  | 'stop'
  | 'row'

const edit =
  (folder: string) =>
  (file: string, find: string, replace: string): Edit => ({ file: `packages/${folder}/src/${file}`, find, replace })

/** Changes a source of the kernel. */
export const kernel = edit('kernel')
/** Changes a source of the managers. */
export const managers = edit('managers')
/** Changes a source of the simulated world, whose manager's process does what the runtime does. */
export const world = edit('simulation')
