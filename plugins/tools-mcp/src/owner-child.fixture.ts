/** Calls a server that does not want to end, and ends in the way its argument says. */
import process from 'node:process'
import { toolsMcp } from './plugin.ts'

const [options = '', port = '', how = ''] = process.argv.slice(2)
const { tools } = await toolsMcp.create(JSON.parse(options))
await tools[0]?.handle({ port: Number(port) }, { signal: new AbortController().signal } as never)
if (how === 'exit') process.exit(0)
if (how === 'throw') setImmediate(() => Promise.reject(new Error('unhandled')))
// Else there is nothing left to do, and the process ends by itself.
