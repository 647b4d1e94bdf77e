import { BosunError } from '@bosun/core'
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/**
 * What zod found, as one error that names the path, what was expected and what was received.
 *
 * @param file name of the config file
 * @param known the keys of a section by its path, to name the one that was probably meant
 */
export function configError(
  file: string,
  input: unknown,
  issues: readonly Issue[],
  known: (section: string) => readonly string[],
): BosunError {
  const [first, ...others] = issues
  if (first === undefined) return new BosunError('CONFIG_INVALID', { at: file })
  const also = others.length === 0 ? '' : ` Also wrong: ${others.map((issue) => pathOf(issue)).join(', ')}.`
  return new BosunError('CONFIG_INVALID', {
    at: `${file} ${pathOf(first)}`.trimEnd(),
    expected: expectedOf(first),
    received: receivedOf(first, input),
    fix: `${fixOf(first, file, known)}${also}`,
  })
}

/** The name among `names` that a misspelt one probably stands for. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined
}

/** Any value in a few characters, for a message. */
export function shortValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint' || typeof value === 'symbol') return `a ${typeof value}`
  let text: string
  try {
    text = JSON.stringify(value) ?? typeof value
  } catch {
    return 'an object that is not plain data'
  }
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

// ---------------------------------------------------------------------------------------------

function pathOf(issue: Issue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`))
    .join('')
}

const TYPE_NAMES: Readonly<Record<string, string>> = { object: 'an object', array: 'a list', int: 'a whole number' }

function expectedOf(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'a known key'
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`
    case 'too_small':
      return issue.origin === 'string' ? issue.message : `at least ${issue.minimum}`
    case 'too_big':
      return `at most ${issue.maximum}`
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ')
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message
    default:
      // Of a union that is told apart by a key, zod's words are a sentence of their own.
      return issue.message
        .replace(/^Invalid discriminator value\. Expected /, 'one of ')
        .replaceAll("'", '"')
        .replaceAll(' | ', ', ')
  }
}

function receivedOf(issue: Issue, input: unknown): string {
  if (issue.code === 'unrecognized_keys') return `the unknown key "${issue.keys[0] ?? ''}"`
  if (issue.code === 'invalid_key') return `the key ${shortValue(issue.path.at(-1))}`
  let value = input
  for (const part of issue.path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
  }
  return shortValue(value)
}

function fixOf(issue: Issue, file: string, known: (section: string) => readonly string[]): string {
  if (issue.code === 'unrecognized_keys') {
    const meant = closest(issue.keys[0] ?? '', known(issue.path.join('.')))
    return meant === undefined ? `Remove it from ${file}.` : `Did you mean "${meant}"?`
  }
  return `Correct ${file} there.`
}

/** Levenshtein's distance; both texts are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
