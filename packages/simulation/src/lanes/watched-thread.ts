import { Worker, type ResourceLimits } from 'node:worker_threads'
import { BosunError } from '@bosun/core'
import type { SubjectFault } from '../trace/trace.ts'
import { placeOfThread } from './place-of-thread.ts'
import type { WatchedData } from './thread-pulse.ts'

/*
 * Code that loops for ever cannot be interrupted from within its thread. So it runs in a thread of its
 * own, which counts up a number in shared memory, and another thread looks on. When the number stands
 * still, the debugger of the platform is asked where the thread is, and the thread is ended.
 *
 * Silence is counted in looks and not in time, so that a machine that was asleep accuses nobody.
 */

export interface WatchedThreadOptions {
  /** What the thread gets as `threadPulse().data`. */
  readonly data?: unknown
  /** How long it may be silent. Default 5,000 ms, from its first beat on. */
  readonly silentMsMax?: number
  readonly onMessage?: (message: unknown) => void
  readonly resourceLimits?: ResourceLimits
  /** Ends the thread when it aborts. */
  readonly signal?: AbortSignal
}

/** How a watched thread ended. */
export type ThreadEnd =
  | { readonly type: 'exited'; readonly code: number }
  /** It ended with an error that nobody caught. */
  | { readonly type: 'threw'; readonly error: unknown }
  | { readonly type: 'silent'; readonly fault: SubjectFault }
  | { readonly type: 'stopped' }

const LOOKS = 5

let started = 0

/**
 * Runs a module in a thread of its own and ends it when it no longer beats, with the line at which it
 * loops. The module calls `threadPulse().beat()` as it goes.
 *
 * @example
 * import { runWatched } from '@bosun/simulation'
 *
 * const end = await runWatched(new URL('./campaign-thread.js', import.meta.url), {
 *   data: { seed: 7 },
 *   silentMsMax: 5_000,
 *   onMessage: (message) => console.log(message),
 * })
 * if (end.type === 'silent') console.error(end.fault.message) // …/strategy.ts:12:5: Code under check runs without end …
 */
export async function runWatched(entry: URL, options: WatchedThreadOptions = {}): Promise<ThreadEnd> {
  const { silentMsMax = 5_000, onMessage, signal } = options
  if (signal?.aborted === true) return { type: 'stopped' }
  const pulse = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const name = `bosun-watched-${(started += 1)}`
  const worker = new Worker(entry, {
    name,
    workerData: { pulse, data: options.data } satisfies WatchedData,
    execArgv: flagsFor(entry),
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
  })
  const end = Promise.withResolvers<ThreadEnd>()
  const stop = () => end.resolve({ type: 'stopped' })
  signal?.addEventListener('abort', stop, { once: true })
  if (onMessage !== undefined) worker.on('message', onMessage)
  worker.on('error', (error) => end.resolve({ type: 'threw', error }))
  worker.on('exit', (code) => end.resolve({ type: 'exited', code }))
  const unwatch = onSilence(pulse, silentMsMax, () => {
    void endlessFault(name, silentMsMax).then((fault) => end.resolve({ type: 'silent', fault }))
  })
  try {
    return await end.promise
  } finally {
    unwatch()
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

// Private

/** Calls `silent` once, when the pulse has not changed for this long; returns what ends the watch. */
function onSilence(pulse: SharedArrayBuffer, silentMsMax: number, silent: () => void): () => void {
  const counter = new Int32Array(pulse)
  let last = 0
  let looksSince = 0
  const timer = setInterval(() => {
    const now = Atomics.load(counter, 0)
    // Before its first beat a thread loads modules, which takes as long as the machine needs.
    looksSince = now === last && now > 0 ? looksSince + 1 : 0
    last = now
    if (looksSince < LOOKS) return
    clearInterval(timer)
    silent()
  }, silentMsMax / LOOKS)
  return () => clearInterval(timer)
}

async function endlessFault(name: string, silentMsMax: number): Promise<SubjectFault> {
  const place = await placeOfThread(name)
  const { code, message } = new BosunError('SUBJECT_ENDLESS', {
    ...(place === undefined ? {} : { at: place.at }),
    received: `${place === undefined ? '' : `${place.name} has the thread, and `}nothing has happened for ${silentMsMax} ms`,
  })
  return place === undefined ? { code, message } : { code, message, at: place.at }
}

/** The thread resolves as its process does, and code that is not built finds code that is not built. */
function flagsFor(entry: URL): string[] {
  const { execArgv } = process
  const own = execArgv.flatMap((flag, index) => {
    if (flag === '-C' || flag === '--conditions') return [`--conditions=${execArgv[index + 1] ?? ''}`]
    return flag.startsWith('--conditions=') ? [flag] : []
  })
  return entry.pathname.endsWith('.ts') ? [...new Set([...own, '--conditions=@bosun/source'])] : own
}
