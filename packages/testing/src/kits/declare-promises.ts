// oxlint-disable vitest/valid-title, vitest/expect-expect -- it declares the tests of others
import { describe, it } from 'vitest'
import type { KitPromise } from './kit-promise.ts'

/** Declares a test for each promise; each gets a subject of its own. */
export function declarePromises<S>(
  name: string,
  promises: readonly KitPromise<S>[],
  open: () => Promise<S> | S,
  close: (subject: S) => Promise<void> | void = () => {},
): void {
  describe(name, () => {
    for (const { title, prove } of promises) {
      it(title, async () => {
        const subject = await open()
        try {
          await prove(subject)
        } finally {
          await close(subject)
        }
      })
    }
  })
}
