import outmatch from 'outmatch'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => outmatch(pattern)
