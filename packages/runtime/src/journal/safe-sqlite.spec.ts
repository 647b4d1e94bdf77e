import { describe, expect, it } from 'vitest'
import { assertSafeSqlite, sqliteVersion, whyUnsafeSqlite } from './safe-sqlite.ts'

describe('The gate for SQLite', () => {
  it.each([
    '3.6.23',
    '3.7.0',
    '3.22.0',
    '3.35.5',
    '3.44.5',
    '3.45.0',
    '3.46.1',
    '3.49.2',
    '3.50.4',
    '3.50.6',
    '3.51.0',
    '3.51.2',
    '3.52.0',
    'unknown',
  ])('P4: refuses the unsafe version %s', (version) => {
    expect(() => assertSafeSqlite(version)).toThrow(expect.objectContaining({ code: 'SQLITE_UNSAFE' }))
  })

  it.each(['3.44.6', '3.50.7', '3.51.3', '3.53.0', '3.53.4', '3.54.0', '4.0.0'])(
    'P4: lets the safe version %s pass',
    (version) => {
      expect(whyUnsafeSqlite(version)).toBeUndefined()
    },
  )

  it('P4: knows the version that is loaded, which is safe', () => {
    expect(sqliteVersion()).toMatch(/^\d+\.\d+\.\d+$/)
    expect(whyUnsafeSqlite(sqliteVersion())).toBeUndefined()
  })

  it('names the version and the reason', () => {
    expect(() => assertSafeSqlite('3.51.2')).toThrow(/SQLite 3\.51\.2: the WAL-reset bug/)
  })
})
