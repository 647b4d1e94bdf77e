import { workerData } from 'node:worker_threads'

/** What a watched thread is started with. */
export interface WatchedData {
  readonly pulse: SharedArrayBuffer
  readonly data: unknown
}

/** What a watched thread knows: its task, and how it tells that it goes on. */
export interface ThreadPulse {
  /** What the owner gave it. */
  readonly data: unknown
  /** Tells the owner that there is no endless loop. Costs some ns: call it for every event or schedule. */
  beat(): void
}

/** The pulse of this thread, for the code that `runWatched` starts. */
export function threadPulse(): ThreadPulse {
  const { pulse, data } = workerData as WatchedData
  const counter = new Int32Array(pulse)
  return {
    data,
    beat: () => {
      Atomics.add(counter, 0, 1)
    },
  }
}
