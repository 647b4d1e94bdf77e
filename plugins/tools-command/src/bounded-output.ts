/**
 * What is kept of an output that may have any size: its beginning, where a program says what it does, and
 * its end, where it says how that went. Memory is bounded by `bytesMax`, whatever is pushed.
 */
export class BoundedOutput {
  readonly #head: Buffer
  /** A ring: once it is full, the next byte goes where the oldest one is. */
  readonly #tail: Buffer
  #bytes = 0

  constructor(bytesMax: number) {
    this.#head = Buffer.alloc(Math.ceil(bytesMax / 2))
    this.#tail = Buffer.alloc(bytesMax - this.#head.length)
  }

  /** All bytes that were pushed. */
  get bytes(): number {
    return this.#bytes
  }

  get isTruncated(): boolean {
    return this.#bytes > this.#head.length + this.#tail.length
  }

  push(chunk: Buffer): void {
    const forHead = chunk.subarray(0, Math.max(0, this.#head.length - this.#bytes))
    forHead.copy(this.#head, this.#bytes)
    this.#bytes += forHead.length
    const rest = chunk.subarray(forHead.length)
    const last = rest.subarray(-this.#tail.length)
    this.#bytes += rest.length - last.length
    const at = (this.#bytes - this.#head.length) % this.#tail.length
    const copied = last.copy(this.#tail, Math.max(0, at))
    last.copy(this.#tail, 0, copied)
    this.#bytes += last.length
  }

  /** The text, with a line in place of what is left out; bytes that are no UTF-8 become U+FFFD. */
  text(): string {
    const head = this.#head.subarray(0, this.#bytes)
    if (!this.isTruncated) {
      const tail = this.#tail.subarray(0, Math.max(0, this.#bytes - head.length))
      return Buffer.concat([head, tail]).toString('utf8')
    }
    const at = (this.#bytes - head.length) % this.#tail.length
    const tail = Buffer.concat([this.#tail.subarray(at), this.#tail.subarray(0, at)])
    const [first, last] = [head.subarray(0, wholeEnd(head)), tail.subarray(wholeStart(tail))]
    const left = this.#bytes - first.length - last.length
    return `${first.toString('utf8')}\n[… ${left} bytes left out …]\n${last.toString('utf8')}`
  }
}

/** Longest character in UTF-8. */
const CHAR_BYTES_MAX = 4

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && byte >> 6 === 0b10

/** Where the last whole character ends. */
function wholeEnd(bytes: Buffer): number {
  for (let back = 1; back < CHAR_BYTES_MAX && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (isContinuation(byte)) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Where the first whole character begins. */
function wholeStart(bytes: Buffer): number {
  let start = 0
  while (start < CHAR_BYTES_MAX - 1 && isContinuation(bytes[start])) start += 1
  return start
}
