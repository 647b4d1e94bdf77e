import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const KIB = 1024

describe('H23: the output of a program', () => {
  it.each([
    ['1 GiB', 'head -c 1073741824 /dev/zero', KIB * KIB * KIB],
    ['a million lines', 'yes | head -n 1000000', 2_000_000],
    ['100 MB without a line end', `head -c 100000000 /dev/zero | tr '\\0' x`, 100_000_000],
  ])(
    'of %s costs at most 64 MiB here, and the program ends by itself',
    async (_, script, bytes) => {
      const child = join(import.meta.dirname, 'flood-child.fixture.ts')
      const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@bosun/source', child, script])
      const seen = JSON.parse(stdout) as Record<string, number | boolean>
      expect(seen).toMatchObject({ bytes, truncated: true, exitCode: 0 })
      expect(seen['kept']).toBeLessThan(64 * KIB + 100)
      // Beats of all attempts go through the same loop: no lease ends because one of them talks.
      expect(seen['lagMs']).toBeLessThan(5_000)
      expect(seen['grownMb']).toBeLessThanOrEqual(64)
    },
    120_000,
  )
})
