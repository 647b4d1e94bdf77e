import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import process from 'node:process'

/** Listens on a socket until it is killed, so that the socket stays behind: node socket-child.fixture.ts PATH */
const path = process.argv[2] ?? ''
mkdirSync(dirname(path), { recursive: true })
createServer().listen(path, () => process.stdout.write('listening\n'))
