import globToRegexp from 'glob-to-regexp'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => {
  const regexp = globToRegexp(pattern, { extended: true, globstar: true })
  return (path) => regexp.test(path)
}
