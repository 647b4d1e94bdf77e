// oxlint-disable vitest/valid-title, vitest/expect-expect -- it declares the tests of others
import type { AnyToolHandler } from '@bosun/sdk'
import { describe, it } from 'vitest'
import type { ToolKitOptions } from './tool-kit-options.ts'
import { calling, promisesOfCall, promisesOfTool } from './tool-promises.ts'

const TIMEOUT_MS = 30_000

/**
 * Declares the tests of a tool, as the process of a run carries it out: its examples are called through
 * the gateway of a real run, granted, narrowed, denied and stopped. One test for each promise.
 *
 * @example
 * describeTool(readFiles, {
 *   examples: [{ input: { path: 'a.txt' }, files: { 'a.txt': 'text' }, deniedBy: 'b/**' }],
 *   failures: [{ input: { path: 'nothing' }, code: 'FILE_NOT_FOUND' }],
 * })
 */
export function describeTool(handler: AnyToolHandler, options: ToolKitOptions): void {
  const { name } = handler.declaration
  describe(`${name} keeps the promises of a tool`, () => {
    for (const [index, example] of options.examples.entries()) {
      describe(`example ${index + 1}, ${example.name ?? JSON.stringify(example.input).slice(0, 80)}`, () => {
        let granted: ReturnType<typeof calling> | undefined
        const proof = { handler, example, options }
        const subject = { ...proof, granted: () => (granted ??= calling(proof)) }
        for (const { title, prove } of [...promisesOfCall, ...(index === 0 ? promisesOfTool : [])]) {
          it(title, async () => prove(subject), TIMEOUT_MS)
        }
      })
    }
  })
}
