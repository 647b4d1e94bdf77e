import process from 'node:process'
import { Worker } from 'node:worker_threads'
import { BosunError } from '@bosun/core'
import type { Operation, Refusal, ThreadOperations, ThreadOptions, ThreadReply } from './thread-protocol.ts'

/** The journal's thread as its owner sees it: one promise per operation. Keeps the process alive only while asked. */
export class ThreadClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 1
  /** Set once the thread is gone. */
  #ended: BosunError | undefined

  constructor(options: ThreadOptions) {
    this.#worker = new Worker(threadFile(), { workerData: options, execArgv: conditions(process.execArgv) })
    this.#worker.unref()
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#end(error))
    this.#worker.on('exit', () => this.#end(undefined))
  }

  /**
   * Asks the thread to do something; it does what it is asked in order.
   *
   * @throws the code of the thread's refusal; JOURNAL_WRITE_FAILED when the thread is gone
   */
  ask<O extends Operation>(
    operation: O,
    ...args: Parameters<ThreadOperations[O]>
  ): Promise<ReturnType<ThreadOperations[O]>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      const id = this.#next++
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#worker.postMessage({ id, operation, args }, [])
    })
  }

  /** Ends the thread after all it was asked is done. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return
    try {
      await this.ask('close')
    } finally {
      this.#end(undefined)
      await this.#worker.terminate()
    }
  }

  #settle({ id, value, refusal }: ThreadReply): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if (refusal === undefined) waiting?.resolve(value)
    else waiting?.reject(toError(refusal))
  }

  #end(cause: unknown): void {
    this.#ended ??= new BosunError('JOURNAL_WRITE_FAILED', {
      summary: cause === undefined ? 'The journal is closed.' : 'The thread of the journal ended with an error.',
      ...(cause === undefined ? {} : { received: String(cause), cause }),
    })
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A refusal of the thread as the error that callers know. */
export function toError({ code, detail }: Refusal): BosunError {
  return new BosunError(code, detail)
}

/** Unbuilt sources start an unbuilt thread. */
function threadFile(): URL {
  return new URL(`./journal-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}

/** The thread resolves as its process does, and takes over nothing else of its command line. */
function conditions(execArgv: readonly string[]): string[] {
  return execArgv.flatMap((argument, index) => {
    if (argument === '-C' || argument === '--conditions') return [`--conditions=${execArgv[index + 1] ?? ''}`]
    return argument.startsWith('--conditions=') ? [argument] : []
  })
}
