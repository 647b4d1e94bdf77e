import { foldName } from './compiled-rule.ts'

/**
 * The paths of a workspace that hold code or config of the project itself. What is written there runs
 * with the next start, with more rights than whoever wrote it, so no tool writes there and nothing is
 * published there, whatever a rule allows.
 */
export class CodePaths {
  /** Folded; each stands for itself and for all below it. */
  readonly #paths: readonly string[]

  /** @param paths relative to the workspace, with `/` */
  constructor(paths: Iterable<string>) {
    this.#paths = Array.from(new Set(paths), foldName)
  }

  /** Names are compared as the most forgiving file system does it. */
  cover(path: string): boolean {
    const folded = foldName(path)
    return this.#paths.some((code) => folded === code || folded.startsWith(`${code}/`))
  }
}

export const NO_CODE = new CodePaths([])
