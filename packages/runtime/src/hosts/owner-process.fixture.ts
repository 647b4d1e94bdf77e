import { assignment } from '../broker/workers-side.fixture.ts'
import { hostedSide } from './hosted-side.fixture.ts'

// The program of a process that owns a host, prints its number, and lives until it is killed.
const side = hostedSide()
side.queue.enqueue([assignment('hang', { id: 'a' })])
await side.until(() => side.seenBeats.length > 0)
console.log(side.started[0]?.pid)
