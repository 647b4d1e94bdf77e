import type { Sink } from '../terminal.ts'

const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'
const CLEAR_BELOW = '\u001B[0J'

/** A block of lines at the bottom of a terminal that replaces itself. */
export class Screen {
  readonly #sink: Sink
  #height = 0
  #shown = ''

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** Shows these lines in place of the ones before; never more than fit on the screen. */
  draw(lines: readonly string[]): void {
    const visible = lines.slice(0, Math.max(1, this.#sink.rows - 1))
    const text = visible.join('\n')
    if (text === this.#shown && this.#height > 0) return
    void this.#sink.write(`${HIDE_CURSOR}${this.#back()}${CLEAR_BELOW}${text}\n`)
    this.#height = visible.length
    this.#shown = text
  }

  /** Takes the block away and gives the cursor back. */
  close(): void {
    void this.#sink.write(`${this.#back()}${this.#height > 0 ? CLEAR_BELOW : ''}${SHOW_CURSOR}`)
    this.#height = 0
  }

  #back(): string {
    return this.#height === 0 ? '' : `\u001B[${this.#height}A\r`
  }
}
