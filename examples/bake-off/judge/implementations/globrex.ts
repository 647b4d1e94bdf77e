import globrex from 'globrex'
import type { MakeMatcher } from '../matcher.ts'

export const makeMatcher: MakeMatcher = (pattern) => {
  const { regex } = globrex(pattern, { extended: true, globstar: true, filepath: true }).path
  return (path) => regex.test(path)
}
