import type { Repository } from './repository.ts'

/** Something that breaks a rule of the repository, and where. */
export interface Finding {
  readonly path: string
  /** Counts from 1; absent when the finding is about the whole file. */
  readonly line?: number
  readonly message: string
}

/** A check sees the repository as data and reads nothing else, so a spec can hand it any. */
export type Check = (repository: Repository) => readonly Finding[]
