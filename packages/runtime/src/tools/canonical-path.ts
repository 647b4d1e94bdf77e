import { BosunError } from '@bosun/core'
import { shown } from './shown.ts'

/**
 * One spelling for each path: what could be read in two ways is refused before any rule is asked.
 * The file library refuses more; what matters here is that a rule and the file system cannot
 * understand the same text differently.
 *
 * @throws FILE_REFUSED
 */
export function canonicalPath(path: string): string {
  if (path === '.' || path === './') return '.'
  const text = path.startsWith('./') ? path.slice(2) : path
  const isPlain = text.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  if (isPlain && !text.includes('\\') && !text.includes('\0')) return text
  throw new BosunError('FILE_REFUSED', { at: shown(path) })
}
