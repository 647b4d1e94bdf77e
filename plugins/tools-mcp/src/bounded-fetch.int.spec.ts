import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { boundedFetch } from './bounded-fetch.ts'

const MB = 1024 * 1024

/** Bytes that are read of an answer of so many megabytes, each of them this text again and again. */
async function bytesOf(type: string, text: string, megabytes: number): Promise<number> {
  const chunk = Buffer.from(text.repeat(MB / text.length))
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': type })
    Readable.from(Array.from({ length: megabytes }, () => chunk)).pipe(response)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const response = await boundedFetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  let bytes = 0
  for await (const read of response.body ?? []) bytes += read.byteLength
  return bytes
}

it('H23: reads an answer up to a bound', async () => {
  expect(await bytesOf('application/json', '    ', 16)).toBe(16 * MB)
  await expect(bytesOf('application/json', '    ', 17)).rejects.toThrow('more than 16777216 bytes')
})

it('H23: reads a stream of events for ever, and each event up to a bound', async () => {
  expect(await bytesOf('text/event-stream', 'data:x\n\n', 40)).toBe(40 * MB)
  expect(await bytesOf('text/event-stream', 'data\r\n\r\n', 20)).toBe(20 * MB)
  await expect(bytesOf('text/event-stream', 'data: y\n', 20)).rejects.toThrow('more than 16777216 bytes')
})
