/** Runs a program that connects to a port and stays there; ends in the way its arguments say, once told to. */
import { call, place, tool } from './place.fixture.ts'

const [port = '', sandbox = ''] = process.argv.slice(2)
const { io } = await place((clean) => process.once('exit', clean))
const script = `require('net').connect(${port}, '127.0.0.1').resume(); setInterval(() => {}, 1000)`
const handler = await tool({ sandbox, network: true })
process.stdin.once('data', () => process.exit(0))
await call(handler, { command: 'node', args: ['-e', script] }, io)
