import type { Duplex } from 'node:stream'

/** Messages are joined to lines of about this many characters. */
const LINE_LENGTH = 1024 * 1024

export interface LineChannelOptions {
  /** Longest line that is taken in. */
  readonly lineLengthMax: number
  /** The messages of one line, and the line. */
  readonly onLine: (messages: readonly unknown[], line: string) => void
  /** A line is no JSON: from here on nobody knows what is a message. */
  readonly onBroken: () => void
  /** A line grew too long; nothing more is read. */
  readonly onOverflow: () => void
}

/**
 * Messages over a socket. All that are sent in one turn of the event loop leave as one write, which
 * is what makes small messages cheap; memory is bounded by the longest line.
 *
 * Our own framing instead of Node's IPC: its reader has no bound for a line without an end.
 */
export class LineChannel {
  readonly #socket: Duplex
  readonly #options: LineChannelOptions
  #outgoing: string[] = []
  #outgoingLength = 0
  #isScheduled = false
  /** The beginning of a line whose end has not come yet. */
  #parts: string[] = []
  #partsLength = 0
  #isClosed = false

  constructor(socket: Duplex, options: LineChannelOptions) {
    this.#socket = socket
    this.#options = options
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => this.#read(chunk))
    // The end of the other side is told by its exit; a write that fails has no reader any more.
    socket.on('error', () => this.close())
  }

  /** About how many bytes were sent that the other side has not read. */
  get backlogBytes(): number {
    return this.#outgoingLength + this.#socket.writableLength
  }

  /** Sends one message, given as its JSON text. */
  send(json: string): void {
    if (this.#isClosed) return
    this.#outgoing.push(json)
    this.#outgoingLength += json.length
    if (this.#isScheduled) return
    this.#isScheduled = true
    // After the microtasks of this turn: what promises lead to leaves with the same write.
    process.nextTick(() => this.flush())
  }

  flush(): void {
    this.#isScheduled = false
    if (this.#isClosed || this.#outgoing.length === 0) return
    const messages = this.#outgoing
    this.#outgoing = []
    this.#outgoingLength = 0
    let line: string[] = []
    let length = 0
    for (const message of messages) {
      if (length > 0 && length + message.length > LINE_LENGTH) {
        this.#write(line)
        line = []
        length = 0
      }
      line.push(message)
      length += message.length
    }
    this.#write(line)
  }

  close(): void {
    this.#isClosed = true
    this.#outgoing = []
  }

  // Private

  #write(messages: readonly string[]): void {
    this.#socket.write(`[${messages.join(',')}]\n`)
  }

  #read(chunk: string): void {
    if (this.#isClosed) return
    let from = 0
    for (;;) {
      const end = chunk.indexOf('\n', from)
      if (end < 0) break
      this.#parts.push(chunk.slice(from, end))
      const line = this.#parts.length === 1 ? (this.#parts[0] ?? '') : this.#parts.join('')
      this.#parts = []
      this.#partsLength = 0
      from = end + 1
      this.#take(line)
    }
    if (from === chunk.length) return
    this.#parts.push(from === 0 ? chunk : chunk.slice(from))
    this.#partsLength += chunk.length - from
    if (this.#partsLength <= this.#options.lineLengthMax) return
    this.close()
    this.#parts = []
    this.#socket.destroy()
    this.#options.onOverflow()
  }

  #take(line: string): void {
    let messages: unknown
    try {
      messages = JSON.parse(line)
    } catch {
      this.#options.onBroken()
      return
    }
    this.#options.onLine(Array.isArray(messages) ? messages : [messages], line)
  }
}
