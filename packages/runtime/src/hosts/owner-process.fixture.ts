import { assignment } from '../broker/workers-side.fixture.ts'
import { hostedSide } from './hosted-side.fixture.ts'
import { probeSandbox } from './probe-sandbox.ts'

// The program of a process that owns a host, prints its number, and lives until it is killed.
// Arguments: the worker of the host, and whether it goes without bubblewrap.
const [worker = 'hang', walls] = process.argv.slice(2)
const without = probeSandbox((command) => ({ status: command.startsWith('/usr/bin/set') ? 0 : null, error: 'ENOENT' }))
const side = hostedSide({ hosts: walls === 'without' ? { sandbox: without } : {} })
side.queue.enqueue([assignment(worker, { id: 'a' })])
await side.until(() => side.seenBeats.some(({ type }) => worker === 'hang' || type === 'progress'))
process.stdout.write(`${side.started[0]?.pid}\n`)
