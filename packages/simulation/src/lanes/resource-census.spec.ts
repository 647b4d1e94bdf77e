import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { activeResources, newResources } from './resource-census.ts'

it('names what was opened since a census and is still open, and nothing once it is closed', async () => {
  const before = activeResources()
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  expect(newResources(before)).toContain('1 TCPServerWrap')
  server.close()
  await once(server, 'close')
  // The platform keeps a closed handle for another turn or two of the event loop.
  await expect.poll(() => newResources(before)).not.toContain('TCPServerWrap')
})
