/** Fetches one address through `http.fetch` and prints by how much this process has grown meanwhile. */
import { fetchBy, tool } from './servers.fixture.ts'

const [url = '', small = ''] = process.argv.slice(2)
const handler = tool([new URL(url).host])
await fetchBy(handler, { url: small })
const before = process.memoryUsage.rss()
let peak = before
const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 2)
const { bytes, truncated } = await fetchBy(handler, { url })
clearInterval(watching)
const grownMb = (Math.max(peak, process.memoryUsage.rss()) - before) / 1024 / 1024
console.log(JSON.stringify({ bytes, truncated, grownMb }))
