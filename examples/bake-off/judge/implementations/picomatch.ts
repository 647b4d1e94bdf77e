import picomatch from 'picomatch'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => picomatch(pattern, { posix: true, nonegate: true })
