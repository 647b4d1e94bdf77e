import type { KitPromise } from './kit-promise.ts'

/** The titles of the promises that a subject breaks; each gets a subject of its own. */
export async function brokenPromises<S>(
  promises: readonly KitPromise<S>[],
  open: () => Promise<S> | S,
): Promise<readonly string[]> {
  const broken: string[] = []
  for (const { title, prove } of promises) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await prove(await open())
    } catch {
      broken.push(title)
    }
  }
  return broken
}
