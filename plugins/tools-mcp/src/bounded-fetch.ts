import type { FetchLike } from '@modelcontextprotocol/client'

/** Longest answer, and longest single event of a stream that may go on for hours. */
const BYTES_MAX = 16 * 1024 * 1024
const LINE_END = 0x0a

/** `fetch` for a server that is not believed: no redirect is followed, and no message grows without a bound. */
export const boundedFetch: FetchLike = async (url, init) => {
  const response = await fetch(url, { ...init, redirect: 'error' })
  if (response.body === null) return response
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const body = response.body.pipeThrough(bound(isStream))
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
}

// Private

/** @param isStream counts from one empty line, which ends an event, to the next */
function bound(isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  let last = 0
  return new TransformStream({
    transform(chunk, controller) {
      for (const byte of isStream ? chunk : []) {
        bytes = byte === LINE_END && last === LINE_END ? 0 : bytes + 1
        if (byte !== 0x0d) last = byte
        if (bytes > BYTES_MAX) break
      }
      if (!isStream) bytes += chunk.byteLength
      if (bytes > BYTES_MAX) controller.error(new Error(`a message of more than ${BYTES_MAX} bytes`))
      else controller.enqueue(chunk)
    },
  })
}
