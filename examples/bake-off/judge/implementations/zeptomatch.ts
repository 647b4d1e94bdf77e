import zeptomatch from 'zeptomatch'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => {
  const compiled = zeptomatch.compile(pattern)
  return (path) => compiled.test(path)
}
