import type { BosunError } from '@bosun/sdk'
import type { z } from 'zod'
import { KEYS } from './plan-shape.ts'
import { below, type ReadData } from './source-text.ts'

type Issue = z.core.$ZodIssue

/** What zod found first, at its place in the file, with the number of further places. */
export function shapeError(data: ReadData, issues: readonly Issue[], isList: boolean): BosunError {
  // A misspelt key explains the missing one, so it goes first.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue === undefined) return data.source.refuse(0, {})
  const key = issue.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : undefined
  const inSchema = key === undefined ? issue.path : [...issue.path, key]
  const inFile = isList ? inSchema.slice(1) : inSchema
  const more = issues.length - 1
  return data.source.refuse(nearest(data, inFile), {
    expected: expectedOf(issue),
    received: key === undefined ? valueAt(data.value, inFile) : `the unknown key "${key}"`,
    fix: `${fixOf(issue, key)}${more === 0 ? '' : ` ${more} more ${more === 1 ? 'place is' : 'places are'} wrong.`}`,
  })
}

/** The offset of a path, or of the closest value around it. */
export function nearest(data: ReadData, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = data.offsets.get(path.slice(0, length).reduce<string>((at, part) => below(at, part as string), ''))
    if (found !== undefined) return found
  }
  return 0
}

// ---------------------------------------------------------------------------------------------

function expectedOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'a known key'
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ')
  const field = issue.path.at(-1)
  return `${typeof field === 'string' ? `${field} to be ` : ''}${meaningOf(issue)}`
}

/** What a schema asks for, in the words of somebody who writes a plan. */
function meaningOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return OBJECTS[namesOf(issue.path)]?.[issue.expected] ?? TYPES[issue.expected] ?? issue.expected
    case 'too_small':
      return issue.origin === 'string' ? 'a text that is not empty' : `at least ${issue.minimum}`
    case 'too_big':
      return `at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`
    default:
      return issue.message
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a whole number',
  array: 'a list of texts',
  object: 'an object',
}
/** By path without indexes, what is there to be. */
const OBJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': { object: 'a list of tasks, or an object with tasks' },
  groups: { array: 'a list of groups', object: 'an object with a name' },
  tasks: { array: 'a list of tasks', object: 'an object with id, type and body' },
  'tasks.uses': { array: 'a list of { resource, mode }', object: '{ resource, mode }' },
}

function fixOf(issue: Issue, key: string | undefined): string {
  if (key !== undefined) {
    const known = KEYS[namesOf(issue.path)] ?? []
    const meant = closest(key, known)
    return meant === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean "${meant}"?`
  }
  const meaning = meaningOf(issue)
  if (meaning === 'a text') return 'Write it, in quotes where it looks like something else.'
  if (meaning === 'a list of texts') return 'Write it as a list: [one, two].'
  return 'Correct it there.'
}

function namesOf(path: readonly PropertyKey[]): string {
  return path.filter((part) => typeof part === 'string').join('.')
}

function valueAt(root: unknown, path: readonly PropertyKey[]): string {
  let value = root
  for (const part of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** The known name that begins so, or has the same letters but for one or two. */
function closest(name: string, known: readonly string[]): string | undefined {
  const letters = plain(name)
  const exact = known.find((candidate) => plain(candidate) === letters)
  if (exact !== undefined) return exact
  const longer = known.find((candidate) => letters.length >= 3 && plain(candidate).startsWith(letters))
  if (longer !== undefined) return longer
  return known.find((candidate) => {
    const other = plain(candidate)
    if (letters.length < 2 || Math.abs(other.length - letters.length) > 2) return false
    const [short, long] = other.length < letters.length ? [other, letters] : [letters, other]
    let missing = 0
    let at = 0
    for (const letter of short) {
      const found = long.indexOf(letter, at)
      if (found < 0) missing += 1
      else at = found + 1
    }
    return missing <= 1 && short.length >= 3
  })
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, '')
}
