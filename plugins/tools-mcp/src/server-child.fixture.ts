/** A server over stdio that offers the tools of a file, and does what the names of its tools say. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { connect } from 'node:net'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { scriptedServer } from './scripted-server.fixture.ts'

const [listFile = '', log = ''] = process.argv.slice(2)
appendFileSync(log, `start ${process.pid}\n`)
const server = scriptedServer(listFile, {
  environment: () => JSON.stringify({ env: process.env, cwd: process.cwd() }),
  die: () => process.exit(3),
  leave: ({ port }) => {
    // A helper that would go on by itself.
    const script = `require('net').connect(${Number(port)}, '127.0.0.1').resume(); setInterval(() => {}, 1000)`
    spawn(process.execPath, ['-e', script], { stdio: 'ignore' }).unref()
    return 'left'
  },
  stubborn: async ({ port }) => {
    await once(connect(Number(port), '127.0.0.1').resume(), 'connect')
    process.on('SIGTERM', () => {})
    setInterval(() => {}, 1000)
    return 'stubborn'
  },
  flood: () => {
    const line = 'x'.repeat(1024 * 1024)
    const write = (): void => {
      while (process.stdout.write(line));
      process.stdout.once('drain', write)
    }
    write()
  },
  garbage: () => {
    process.stdout.write('this is no message\n{"jsonrpc":"2.0"}\n[]\n')
    return 'still here'
  },
})
process.stderr.write('the server is up\n')
await server.connect(new StdioServerTransport())
