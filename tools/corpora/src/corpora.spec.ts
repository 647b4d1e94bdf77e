import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { corpusPath } from './corpora.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

it('finds a corpus in the folder that BOSUN_CORPORA names', () => {
  const corpus = mkdtempSync(join(tmpdir(), 'corpus-'))
  vi.stubEnv('BOSUN_CORPORA', dirname(corpus))
  expect(corpusPath(basename(corpus))).toBe(corpus)
  rmSync(corpus, { recursive: true })
})

it('says loudly that a corpus is absent, and where it looked', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  vi.stubEnv('BOSUN_CORPORA', join(tmpdir(), 'no-such-folder'))
  expect(corpusPath('json')).toBeUndefined()
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(join('no-such-folder', 'json')))
})
