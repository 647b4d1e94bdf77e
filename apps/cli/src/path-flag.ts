import { InvalidArgumentError } from 'commander'

/** A parser for a flag or argument that names a file or folder. An empty one would mean the current folder. */
export function pathText(text: string): string {
  if (text !== '' && !text.includes('\0')) return text
  throw new InvalidArgumentError('Expected a path.')
}
