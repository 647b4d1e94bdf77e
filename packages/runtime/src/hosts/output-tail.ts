/** Characters of an output that are kept: its end, which is where the reason of a crash stands. */
const TAIL_LENGTH_MAX = 4 * 1024
/** Control bytes, the escape among them, and invisible marks that reorder text. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}]/gu

/** The end of what a process wrote, whatever it wrote: memory is bounded, control bytes are gone. */
export class OutputTail {
  #tail = ''
  #bytes = 0

  /** All bytes that were written. */
  get bytesCount(): number {
    return this.#bytes
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    // Only the end of a large chunk can be kept; decoding the rest would be for nothing.
    const end = chunk.length > TAIL_LENGTH_MAX ? chunk.subarray(-TAIL_LENGTH_MAX) : chunk
    this.#tail = (this.#tail + end.toString('utf8')).slice(-TAIL_LENGTH_MAX)
  }

  /** The last lines, up to a number of characters, with a mark where something is left out. */
  lastLines(lengthMax = 1_000): string {
    const plain = this.#tail
      .replaceAll('\r\n', '\n')
      .replace(UNSHOWABLE, (mark) => (mark === '\n' || mark === '\t' ? mark : ''))
      .trimEnd()
    const shown = plain.slice(-lengthMax)
    const isCut = plain.length > shown.length || this.#bytes > TAIL_LENGTH_MAX
    return isCut && shown !== '' ? `[… ${this.#bytes} bytes in all] ${shown.trimStart()}` : shown
  }
}
