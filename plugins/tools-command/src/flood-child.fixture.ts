/** Runs one flood through `command.run` and prints by how much this process has grown meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { call, place, tool } from './place.fixture.ts'

const { io } = await place((clean) => process.once('exit', clean))
const handler = await tool()
await call(handler, { command: 'true' }, io)
const lag = monitorEventLoopDelay()
lag.enable()
const before = process.memoryUsage.rss()
let peak = before
const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5)
const output = await call(handler, { command: 'sh', args: ['-c', process.argv[2] ?? ''], timeoutMs: 600_000 }, io)
clearInterval(watching)
console.log(
  JSON.stringify({
    bytes: output.stdoutBytes,
    kept: Buffer.byteLength(output.stdout),
    truncated: output.stdoutTruncated,
    exitCode: output.exitCode,
    lagMs: lag.max / 1e6,
    grownMb: (Math.max(peak, process.memoryUsage.rss()) - before) / 1024 / 1024,
  }),
)
