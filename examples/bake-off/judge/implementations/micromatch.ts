import micromatch from 'micromatch'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => micromatch.matcher(pattern, { posix: true, nonegate: true })
