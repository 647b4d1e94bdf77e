import { assignment } from '../broker/workers-side.fixture.ts'
import { hostedSide } from './hosted-side.fixture.ts'

// The program of a process that owns a host, prints its number, and lives until it is killed.
const side = hostedSide()
side.queue.enqueue([assignment('hang', { id: 'a' })])
await side.until(() => side.seenBeats.length > 0)
process.stdout.write(`${side.started[0]?.pid}\n`)
