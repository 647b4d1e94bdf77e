/** Longest line: a message that holds a file. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024
/** Bytes that wait to be taken before the sender has to wait. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024
/** How long a line that asks nothing may wait for others to go with it. */
const GATHER_MS = 1_000
const LINE_END = 0x0a

/**
 * Lines of messages on their way to whoever takes them, many at a time: what is a request or an answer is handed
 * on at once, notices wait for each other, so that an agent that talks a lot causes few calls.
 */
export class LineQueue {
  #begun: Buffer[] = []
  #begunBytes = 0
  #lines: string[] = []
  #waitingBytes = 0
  #isUrgent = false
  #isEnded = false
  #wake: (() => void) | undefined
  #gather: NodeJS.Timeout | undefined

  /** Whether so much waits that the sender has to wait as well. */
  get isFull(): boolean {
    return this.#waitingBytes > WAITING_BYTES_MAX
  }

  /** False for a line that is too long, after which nothing makes sense any more. */
  push(chunk: Buffer): boolean {
    let from = 0
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      this.#add(Buffer.concat([...this.#begun, chunk.subarray(from, end)]))
      this.#begun = []
      this.#begunBytes = 0
      from = end + 1
    }
    if (from < chunk.length) this.#begun.push(chunk.subarray(from))
    this.#begunBytes += chunk.length - from
    return this.#begunBytes <= LINE_BYTES_MAX
  }

  /** Nothing comes after this. */
  end(): void {
    this.#isEnded = true
    this.#call()
  }

  /** All lines that wait, or those that come next; none once nothing comes any more. */
  async take(signal: AbortSignal): Promise<string[]> {
    if (!this.#isUrgent && !this.#isEnded) {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        if (this.#lines.length > 0) this.#gatherMore()
      })
    }
    const lines = this.#lines
    this.#lines = []
    this.#waitingBytes = 0
    this.#isUrgent = false
    return lines
  }

  // Private

  #add(bytes: Buffer): void {
    const line = bytes.toString('utf8').trim()
    if (line === '') return
    this.#lines.push(line)
    this.#waitingBytes += bytes.length
    if (isUrgent(line) || this.isFull) this.#call()
    else this.#gatherMore()
  }

  #gatherMore(): void {
    this.#gather ??= setTimeout(() => this.#call(), GATHER_MS).unref()
  }

  #call(): void {
    clearTimeout(this.#gather)
    this.#gather = undefined
    this.#isUrgent = true
    this.#wake?.()
    this.#wake = undefined
  }
}

/** Whether somebody waits for it: a notice has no id. What cannot be read is for the reader to refuse. */
function isUrgent(line: string): boolean {
  try {
    const message: unknown = JSON.parse(line)
    return typeof message !== 'object' || message === null || 'id' in message
  } catch {
    return true
  }
}
