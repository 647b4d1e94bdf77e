import { parentPort } from 'node:worker_threads'
import { threadPulse } from './thread-pulse.ts'

/** What a watched thread of a test does: some work, then what its data says. */
const { data, beat } = threadPulse()

function spin(): never {
  for (let count = 0; ; count += 1) Math.sqrt(count)
}

async function spinInMicrotasks(): Promise<never> {
  for (;;) await Promise.resolve()
}

for (let step = 0; step < 3; step += 1) {
  beat()
  parentPort?.postMessage(step, [])
}
if (data === 'spin') spin()
if (data === 'spin in microtasks') await spinInMicrotasks()
if (data === 'throw') throw new Error('broken')
if (data === 'wait') setInterval(beat, 5)
