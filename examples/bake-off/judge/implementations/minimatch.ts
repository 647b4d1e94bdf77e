import { Minimatch } from 'minimatch'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => {
  const matcher = new Minimatch(pattern, { nonegate: true, nocomment: true })
  return (path) => matcher.match(path)
}
