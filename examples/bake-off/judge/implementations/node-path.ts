import { posix } from 'node:path'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => (path) => posix.matchesGlob(path, pattern)
