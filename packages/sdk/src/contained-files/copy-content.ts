import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { CHUNK_BYTES } from './byte-limit.ts'

/** What a file turned out to hold. */
export interface ContentDigest {
  readonly bytes: number
  readonly sha256: string
}

/**
 * Reads a file to its end, a chunk at a time, and hands each chunk on; memory stays at one chunk.
 *
 * The digest is of the very bytes that were handed on, so checking it after a copy proves the copy.
 */
export async function copyContent(
  source: FileHandle,
  take?: (chunk: Uint8Array) => Promise<void>,
): Promise<ContentDigest> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let bytes = 0
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, buffer.length, bytes)
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') }
    const chunk = buffer.subarray(0, bytesRead)
    hash.update(chunk)
    await take?.(chunk)
    bytes += bytesRead
  }
}

/** Writes all of a chunk at the end of a file; one call may write only a part. */
export async function appendChunk(target: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0
  while (written < chunk.length) written += (await target.write(chunk, written, chunk.length - written)).bytesWritten
}
