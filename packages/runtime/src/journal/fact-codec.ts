import { hash } from 'node:crypto'
import type { DurableFact } from '@bosun/core'

/**
 * The text of a fact as it is stored, and back.
 *
 * The text is the fact's JSON. A member of the fact (`result`, `task`, `value`, `goal`, …, whichever)
 * whose own JSON is longer than 4,096 characters is stored once per run under the hash of its content;
 * the text then holds `{"$blob":"sha256-…"}` in its place. A member that is an object with the key
 * `$blob` is always stored that way, whatever its size. So every reference in a stored text is ours,
 * and a value of a user that looks like one comes back as it was.
 *
 * Encoding is a function of the value: what was decoded encodes to the same text, hence an export
 * with its large values in place can be checked against the same chain of hashes.
 */
export interface EncodedFact {
  readonly text: string
  /** Values stored apart: name and JSON. */
  readonly blobs: readonly Blob[]
}
export type Blob = readonly [name: string, text: string]

/** Longest JSON of a member that is stored in place, in UTF-16 code units. */
export const INLINE_LENGTH_MAX = 4096

const MARK = '$blob'
const NONE: readonly Blob[] = []

export function encodeFact(fact: DurableFact): EncodedFact {
  const text = JSON.stringify(fact)
  // Most facts are short: no member can be too long, and none can look like a reference.
  if (text.length <= INLINE_LENGTH_MAX && !text.includes(`"${MARK}"`)) return { text, blobs: NONE }
  return encodeMembers(fact)
}

/** Names of what a text may refer to; more than it does when a nested value of a user looks like a reference. */
export function blobNamesIn(text: string): readonly string[] {
  if (!text.includes(`{"${MARK}":"sha256-`)) return []
  return Array.from(text.matchAll(/\{"\$blob":"(sha256-[0-9a-f]{64})"\}/g), (match) => match[1] ?? '')
}

/** Name of a value by its content. */
export function blobName(text: string): string {
  return `sha256-${hash('sha256', text)}`
}

/**
 * Puts the values that were stored apart back in place. Changes the fact it is given.
 *
 * @returns the name of a value that is missing, if one is
 */
export function inlineBlobs(fact: DurableFact, blobs: ReadonlyMap<string, string>): string | undefined {
  const members = fact as unknown as Record<string, unknown>
  for (const [key, value] of Object.entries(members)) {
    if (!isMarked(value)) continue
    const name = String(value[MARK])
    const text = blobs.get(name)
    if (text === undefined) return name
    members[key] = JSON.parse(text)
  }
  return undefined
}

// ------------------------------------------------------------------------------------------------

function encodeMembers(fact: DurableFact): EncodedFact {
  const blobs: Blob[] = []
  const members: string[] = []
  for (const [key, value] of Object.entries(fact)) {
    let text = JSON.stringify(value) as string | undefined
    if (text === undefined) continue
    if (text.length > INLINE_LENGTH_MAX || isMarked(value)) {
      const name = blobName(text)
      blobs.push([name, text])
      text = `{"${MARK}":"${name}"}`
    }
    members.push(`${JSON.stringify(key)}:${text}`)
  }
  return { text: `{${members.join(',')}}`, blobs }
}

function isMarked(value: unknown): value is Record<typeof MARK, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, MARK)
}
