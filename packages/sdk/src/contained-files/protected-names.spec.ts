import { describe, expect, it } from 'vitest'
import { isProtectedName, PROTECTED_NAMES, refuseProtected } from './protected-names.ts'
import { parseRelativePath } from './parse-relative-path.ts'

describe('isProtectedName', () => {
  it.each(['.git', '.GIT', '.Git', '.g\u200cit', 'git~1', 'GIT~1', '.bosun', '.BOSUN', 'bosun~1'])(
    'protects %j on every file system (H5)',
    (name) => {
      expect(isProtectedName(name, PROTECTED_NAMES)).toBe(true)
    },
  )

  it('takes names of the caller in any case', () => {
    expect(isProtectedName('secrets', ['Secrets'])).toBe(true)
  })

  it.each(['git', '.gitignore', '.github', 'bosun', '.bosun.json', 'x.git'])('leaves %j alone', (name) => {
    expect(isProtectedName(name, PROTECTED_NAMES)).toBe(false)
  })
})

describe('refuseProtected', () => {
  it('refuses a protected name at any depth', () => {
    const path = parseRelativePath('vendor/lib/.git/hooks/post-commit')
    expect(() => refuseProtected(path, PROTECTED_NAMES)).toThrow(
      expect.objectContaining({ code: 'FILE_PATH_PROTECTED', at: 'vendor/lib/.git/hooks/post-commit' }),
    )
    expect(() => refuseProtected(path, [])).not.toThrow()
  })
})
