import { randomBytes } from 'node:crypto'
import type { Random } from '@bosun/core'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Randomness of a real machine: ids are unguessable enough not to meet, and short enough to type. */
export class SystemRandom implements Random {
  next(): number {
    return randomBytes(4).readUInt32BE() / 2 ** 32
  }

  /** Ten letters and digits without look-alikes: 50 bits. */
  id(): string {
    return Array.from(randomBytes(10), (byte) => ALPHABET[byte % 32]).join('')
  }
}
