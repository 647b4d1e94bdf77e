import { crc32 } from 'node:zlib'
import { BosunError } from '@bosun/core'
import type { Choice, ChoiceList } from './choices.ts'
import { LABEL_CODES, LABEL_NAMES } from './labels.ts'

const PREFIX = 'b1:'
const CHECKSUM_BYTES = 3

/** A schedule as it was printed: what was chosen, and in which setting. */
export interface ParsedReplay {
  /** Short hash of the setting; `settingHash` makes it. */
  readonly setting: string
  readonly choices: ChoiceList
}

/**
 * Prints a schedule as one short word that brings it back: `b1:` and base64url of the setting's hash,
 * the choices and a checksum, all but the hash as variable-length integers.
 *
 * @example
 * const word = printReplay(trace.choices, settingHash(setting))
 * parseReplay(word).choices // equal to trace.choices
 */
export function printReplay(choices: ChoiceList, setting: string): string {
  const bytes = [...Buffer.from(setting, 'hex')]
  bytes.unshift(bytes.length)
  for (const choice of choices) writeChoice(bytes, choice)
  bytes.push(...checksum(Uint8Array.from(bytes)))
  return `${PREFIX}${Buffer.from(bytes).toString('base64url')}`
}

/** Reads what `printReplay` printed; throws REPLAY_INVALID, which says what is wrong with the word. */
export function parseReplay(word: string): ParsedReplay {
  const text = word.trim()
  if (!text.startsWith(PREFIX)) {
    throw damaged(`a word that begins with ${PREFIX}`, JSON.stringify(text.slice(0, 12)))
  }
  const stranger = /[^\w-]/.exec(text.slice(PREFIX.length))
  if (stranger !== null) {
    throw damaged('letters, digits, - and _', `${JSON.stringify(stranger[0])} at ${PREFIX.length + stranger.index}`)
  }
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url')
  const body = bytes.subarray(0, -CHECKSUM_BYTES)
  if (bytes.length <= CHECKSUM_BYTES || !checksum(body).equals(bytes.subarray(-CHECKSUM_BYTES))) {
    throw damaged('a checksum that fits', 'another: a part is missing or altered')
  }
  const reader = new Reader(body)
  const setting = reader.bytes(reader.number()).toString('hex')
  const choices: Choice[] = []
  while (!reader.atEnd) choices.push(readChoice(reader))
  return { setting, choices }
}

// A choice: label code times 8, plus 2 per number of its site up to the last that is not 0, plus 1 if
// it is a plain yes; then these numbers; then, unless it is a plain yes, bound and value.

function writeChoice(bytes: number[], { label, site, bound, value }: Choice): void {
  const code = LABEL_CODES.get(label)
  if (code === undefined)
    throw new BosunError('INTERNAL', { at: label, summary: 'This label of a choice has no code.' })
  const isYes = bound === 2 && value === 1
  const sites = site[2] !== 0 ? 3 : site[1] !== 0 ? 2 : site[0] !== 0 ? 1 : 0
  writeNumber(bytes, code * 8 + sites * 2 + (isYes ? 1 : 0))
  for (let index = 0; index < sites; index += 1) writeNumber(bytes, site[index] as number)
  if (isYes) return
  writeNumber(bytes, bound)
  writeNumber(bytes, value)
}

function readChoice(reader: Reader): Choice {
  const head = reader.number()
  const label = LABEL_NAMES.get(Math.floor(head / 8))
  if (label === undefined) throw damaged('a known label', `number ${Math.floor(head / 8)}: it is of a newer version`)
  const sites = (head >> 1) & 3
  const site = [0, 0, 0] as [number, number, number]
  for (let index = 0; index < sites; index += 1) site[index] = reader.number()
  if ((head & 1) === 1) return { label, site, bound: 2, value: 1 }
  const bound = reader.number()
  const value = reader.number()
  if (value < 1 || value >= bound) throw damaged(`a value from 1 below ${bound} for ${label}`, String(value))
  return { label, site, bound, value }
}

function writeNumber(bytes: number[], number: number): void {
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new BosunError('INTERNAL', { received: String(number), summary: 'Choices hold whole numbers from 0 only.' })
  }
  let rest = number
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  bytes(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw damaged(`${length} bytes`, `${this.#bytes.length - this.#at}`)
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  number(): number {
    let number = 0
    for (let weight = 1; ; weight *= 0x80) {
      const byte = this.bytes(1)[0] as number
      number += (byte & 0x7f) * weight
      if (!Number.isSafeInteger(number)) throw damaged('a whole number', 'one that is too large')
      if (byte < 0x80) return number
    }
  }
}

/** So that a letter that was lost or altered does not yield another schedule. */
function checksum(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum.subarray(-CHECKSUM_BYTES)
}

function damaged(expected: string, received: string): BosunError {
  return new BosunError('REPLAY_INVALID', { expected, received })
}
