import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { brotliCompressSync, constants, createGzip, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { LocalServer } from './servers.fixture.ts'

const MEBI = 1024 * 1024

/** 200 MB of zeros, packed without ever being in memory as a whole. */
async function gzipBomb(): Promise<Buffer> {
  const zeros = Buffer.alloc(1_000_000)
  const packed: Buffer[] = []
  await pipeline(Readable.from(Array.from({ length: 200 }, () => zeros)), createGzip({ level: 9 }), async (parts) => {
    for await (const part of parts) packed.push(part as Buffer)
  })
  return Buffer.concat(packed)
}

/** Blocks of gzip that unpack to nothing at all. */
const NOTHING = Buffer.concat(Array.from({ length: 2_000 }, () => gzipSync('')))

/** 64 MiB of zeros; the quality hardly matters to them, the time does. */
const brotliBomb = () =>
  brotliCompressSync(Buffer.alloc(64 * MEBI), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })

async function bombs(path: string): Promise<LocalServer> {
  const bodies: Record<string, [string, Iterable<Buffer>]> = {
    '/gzip': ['gzip', path === '/gzip' ? [await gzipBomb()] : []],
    '/br': ['br', path === '/br' ? [brotliBomb()] : []],
    '/nothing': ['gzip', endless(NOTHING)],
    '/plain': ['identity', endless(Buffer.alloc(MEBI))],
    '/small': ['identity', [Buffer.from('x')]],
  }
  return LocalServer.start((request, response) => {
    const [encoding, chunks] = bodies[request.url ?? ''] ?? ['identity', []]
    response.writeHead(200, { 'content-encoding': encoding })
    // It is cut off by whoever fetches, which is what these specs are about.
    pipeline(Readable.from(chunks), response).catch(() => {})
  })
}

function* endless(chunk: Buffer): Generator<Buffer> {
  for (;;) yield chunk
}

describe('H23: a bomb', () => {
  it.each([
    ['of gzip, 1,029 to 1', '/gzip', MEBI],
    ['of brotli', '/br', MEBI],
    ['that unpacks to nothing, for ever', '/nothing', 0],
    ['that is not packed and has no end', '/plain', MEBI],
  ])(
    '%s, is cut at its limit and costs at most 64 MiB here',
    async (_, path, bytes) => {
      using server = await bombs(path)
      const child = join(import.meta.dirname, 'bomb-child.fixture.ts')
      const args = ['--conditions=@bosun/source', child, `${server.url}${path}`, `${server.url}/small`]
      const seen = JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Record<string, unknown>
      expect(seen).toMatchObject({ bytes, truncated: true })
      expect(seen['grownMb']).toBeLessThanOrEqual(64)
    },
    60_000,
  )
})
