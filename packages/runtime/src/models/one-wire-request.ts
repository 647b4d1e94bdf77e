import { BosunError } from '@bosun/core'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** Largest answer that is read. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024

/** Statuses whose answers have no body. */
const EMPTY_STATUSES: ReadonlySet<number> = new Set([204, 205, 304])

// Agents of our own, because those of Node may take the proxies of the environment.
const httpAgent = new HttpAgent({ keepAlive: true })
const httpsAgent = new HttpsAgent({ keepAlive: true })

/** What is known of a request from the outside, whatever a provider package makes of it. */
export interface WireTrace {
  /** It has left this machine, and was not refused: somebody may have worked on it. */
  mayHaveCost: boolean
}

export interface WireRequestOptions {
  readonly trace: WireTrace
  /** Changes the body before it is sent. @defaultValue as it is */
  readonly amend?: (body: string) => string
}

/**
 * A `fetch` that is good for one request, for a provider package of the AI SDK.
 *
 * It exists because one call asked for must be one call on the wire, counted by the gate and by the
 * budget: a provider package that asks again by itself is stopped. No redirect is followed, since it
 * would carry the key to wherever it points; no proxy is used; no time-out but the caller's applies.
 */
export function oneWireRequest({ trace, amend = (body) => body }: WireRequestOptions): typeof globalThis.fetch {
  let isSent = false
  return async (input, init) => {
    if (isSent) {
      throw new BosunError('MODEL_FAILED', { received: 'half an answer: the rest would have been another call' })
    }
    isSent = true
    const { signal, headers, body } = init ?? {}
    if (typeof body !== 'string') throw new BosunError('MODEL_CALL_INVALID', { received: 'a body that is not text' })
    const url = new URL(input instanceof Request ? input.url : input)
    const incoming = await post(url, new Headers(headers), amend(body), { trace, signal: signal ?? undefined })
    trace.mayHaveCost = (incoming.statusCode ?? 0) < 300
    return responseOf(incoming)
  }
}

function post(
  url: URL,
  headers: Headers,
  body: string,
  { trace, signal }: { readonly trace: WireTrace; readonly signal: AbortSignal | undefined },
): Promise<IncomingMessage> {
  // What is compressed could be far larger than it looks.
  const sent = { ...Object.fromEntries(headers), 'accept-encoding': 'identity' }
  const options = { method: 'POST', headers: sent, ...(signal === undefined ? {} : { signal }) }
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, agent: httpsAgent }, resolve)
        : httpRequest(url, { ...options, agent: httpAgent }, resolve)
    request.on('error', reject)
    request.once('finish', () => (trace.mayHaveCost = true))
    request.end(body)
  })
}

function responseOf(incoming: IncomingMessage): Response {
  const status = incoming.statusCode ?? 0
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const isEmpty = EMPTY_STATUSES.has(status)
  if (isEmpty) incoming.resume()
  return new Response(isEmpty ? null : ReadableStream.from(bounded(incoming)), {
    status,
    statusText: incoming.statusMessage ?? '',
    headers,
  })
}

async function* bounded(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > ANSWER_BYTES_MAX) {
      throw new BosunError('MODEL_FAILED', { received: `an answer of more than ${ANSWER_BYTES_MAX} bytes` })
    }
    yield chunk
  }
}
