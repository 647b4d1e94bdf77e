import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { BosunError } from '@bosun/sdk'

/** A body as far as it was read. */
export interface Body {
  readonly text: string
  readonly encoding: 'utf8' | 'base64'
  /** Decompressed. */
  readonly bytes: number
  readonly truncated: boolean
}

/** The compressions that are asked for. */
export const ACCEPT_ENCODING = 'gzip, br'

/**
 * Reads a body up to a number of bytes, counted on the wire as well as decompressed, and stops there: of a
 * bomb, no more is unpacked than is kept. What its type calls text is text, everything else base64.
 *
 * @throws HTTP_REFUSED for a compression that was not asked for
 */
export async function readBody(
  response: IncomingMessage,
  { method, bytesMax }: { readonly method: string; readonly bytesMax: number },
): Promise<Body> {
  const wire = { isOver: false }
  const chunks: Buffer[] = []
  let bytes = 0
  // The answer to HEAD describes a body that does not come.
  const source = method === 'HEAD' ? response : decompressed(response, bytesMax, wire)
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      // A copy, since a part would hold the whole of what it was cut from.
      chunks.push(Buffer.from(chunk.subarray(0, bytesMax - bytes)))
      bytes += chunk.length
      if (bytes > bytesMax) break
    }
  } catch (error) {
    if (!wire.isOver) throw error
  } finally {
    response.destroy()
  }
  const type = response.headers['content-type'] ?? ''
  const truncated = wire.isOver || bytes > bytesMax
  const body = Buffer.concat(chunks)
  return TEXT.test(type)
    ? { text: decoderOf(type).decode(body, { stream: truncated }), encoding: 'utf8', bytes: body.length, truncated }
    : { text: body.toString('base64'), encoding: 'base64', bytes: body.length, truncated }
}

// Private

/** Types that are text, and a body without a type. */
const TEXT =
  /^\s*(?:$|text\/|application\/(?:[\w.+-]+\+)?(?:json|xml|yaml|javascript|x-www-form-urlencoded|x-ndjson)\b|image\/svg)/i

function decompressed(response: IncomingMessage, bytesMax: number, wire: { isOver: boolean }): AsyncIterable<Buffer> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return response
  if (encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'br') {
    throw new BosunError('HTTP_REFUSED', { at: 'content-encoding', expected: ACCEPT_ENCODING, received: encoding })
  }
  // Packed bytes may unpack to nothing at all, for as long as somebody sends them.
  async function* counted(source: Readable): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length
      wire.isOver = bytes > bytesMax
      if (wire.isOver) throw new Error('more packed bytes than the body may have')
      yield chunk
    }
  }
  // Whoever reads the last stream sees the errors of all.
  return pipeline(response, counted, encoding === 'br' ? createBrotliDecompress() : createGunzip(), () => {})
}

function decoderOf(type: string): TextDecoder {
  const label = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder()
  }
}
