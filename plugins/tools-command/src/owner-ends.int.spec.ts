import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBubblewrap } from './bubblewrap.ts'

const isHere = (await findBubblewrap({ network: true, readable: [] })) !== undefined
if (!isHere) console.warn('Bubblewrap does not work on this machine: the spec of a killed owner is skipped.')

/** Starts a process that runs a program, and resolves with both: the process, and the program's connection. */
async function owned(sandbox: 'off' | 'required') {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const child = join(import.meta.dirname, 'owner-child.fixture.ts')
  const args = ['--conditions=@bosun/source', child, String(port), sandbox]
  const owner = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] })
  const [program] = (await once(server, 'connection')) as [Socket]
  program.on('error', () => {})
  return { owner, gone: once(program.resume(), 'close'), stop: () => server.close() }
}

describe('M-34: the program of a run', () => {
  it('ends with the process that runs it', async () => {
    const { owner, gone, stop } = await owned('off')
    owner.stdin.write('end')
    expect(await once(owner, 'exit')).toEqual([0, null])
    await gone
    stop()
  })

  it.skipIf(!isHere)('ends in its sandbox even if that process is killed (skipped without bubblewrap)', async () => {
    const { owner, gone, stop } = await owned('required')
    owner.kill('SIGKILL')
    expect(await once(owner, 'exit')).toEqual([null, 'SIGKILL'])
    await gone
    stop()
  })
})
