import { once } from 'node:events'
import type { WriteStream } from 'node:tty'
import { setTimeout as delay } from 'node:timers/promises'
import type { Sink, Terminal } from './terminal.ts'

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    cwd: process.cwd(),
    env: process.env,
    out: sinkOf(process.stdout),
    err: sinkOf(process.stderr),
    now: () => Date.now(),
    sleep: (ms) => delay(ms),
    onInterrupt(take) {
      const listener = (signal: NodeJS.Signals) => take(signal === 'SIGINT' ? 'interrupt' : 'terminate')
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
      for (const signal of signals) process.on(signal, listener)
      return () => {
        for (const signal of signals) process.off(signal, listener)
      }
    },
    kill: (code) => process.exit(code),
  }
}

// ---------------------------------------------------------------------------------------------

/** A stream that outlives its reader: when `| head` has gone, what is left to say is dropped. */
function sinkOf(stream: WriteStream): Sink {
  let open = true
  stream.on('error', () => {
    open = false
  })
  return {
    get isTerminal() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns ?? 80
    },
    get rows() {
      return stream.rows ?? 24
    },
    async write(text) {
      if (!open || stream.write(text)) return
      await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined)
    },
  }
}
