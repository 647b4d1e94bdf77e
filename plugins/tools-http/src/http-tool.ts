/**
 * `http.fetch`: one call, with the redirects that it leads to.
 *
 * Theory of operation. Each hop is the same four steps: its address is brought into one form, the rules of the
 * grant are asked (by the gateway for the first hop, through `io.permit` for the others), its host is resolved
 * once and every address that comes back is checked, and the connection is made to one of exactly these. So
 * neither a redirect nor a name server that changes its mind leads anywhere that was not judged.
 */
import type { IncomingMessage } from 'node:http'
import { BosunError, canonicalUrl, defineTool, http, type AnyToolHandler } from '@bosun/sdk'
import { checkedAddresses, resolveBySystem, type Resolve } from './checked-addresses.ts'
import { exchange } from './exchange.ts'
import type { HttpOptions } from './http-options.ts'
import { readBody } from './read-body.ts'
import { checkedHeaders, harmlessHeaders } from './request-headers.ts'

const REDIRECTS_MAX = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const TIMEOUT_MS = 30_000
const BYTES_MAX = 1024 * 1024

/** What a spec may put in place of the system's. */
export interface HttpSurroundings {
  readonly resolve?: Resolve
  readonly ca?: string
}

interface Hop {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** `http.fetch` with the code behind it. */
export function httpTool({ allowPrivate }: HttpOptions, surroundings: HttpSurroundings = {}): AnyToolHandler {
  const { resolve = resolveBySystem, ...trust } = surroundings
  return defineTool(http.fetch, async (input, io) => {
    const startedAt = performance.now()
    const { timeoutMs = TIMEOUT_MS, bytesMax = BYTES_MAX } = input
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([io.signal, timeout])
    const send = async (hop: Hop): Promise<IncomingMessage> => {
      const addresses = await orAborted(checkedAddresses(hop.url, { resolve, allowPrivate }), signal)
      return exchange({ ...hop, ...trust, addresses, signal })
    }
    try {
      let hop: Hop = {
        url: canonicalUrl(input.url),
        method: input.method ?? 'GET',
        headers: checkedHeaders(input.headers ?? {}),
        body: input.body,
      }
      for (let redirects = 0; ; redirects += 1) {
        // One hop after the other: the next address is not known before.
        // oxlint-disable-next-line no-await-in-loop
        const response = await send(hop)
        const location = REDIRECTS.has(response.statusCode ?? 0) ? response.headers.location : undefined
        if (location === undefined) {
          const about = { status: response.statusCode ?? 0, url: hop.url.href, headers: plainHeaders(response) }
          // oxlint-disable-next-line no-await-in-loop
          const body = await readBody(response, { method: hop.method, bytesMax })
          return { ...about, ...body, redirects, ms: Math.round(performance.now() - startedAt) }
        }
        response.destroy()
        hop = redirected(hop, location, response.statusCode ?? 0)
        if (redirects === REDIRECTS_MAX) throw tooMany(hop.url)
        io.permit({ url: hop.url.href, method: hop.method })
      }
    } catch (error) {
      if (io.signal.aborted) throw io.signal.reason
      if (timeout.aborted) throw failed(input.url, `no answer within ${timeoutMs} ms`, error)
      throw BosunError.is(error) ? error : failed(input.url, (error as Error).message, error)
    }
  })
}

// Private

/** @throws HTTP_REFUSED for an address that nobody may fetch */
function redirected({ url, method, headers, body }: Hop, location: string, status: number): Hop {
  const next = canonicalUrl(URL.canParse(location, url) ? new URL(location, url).href : location)
  const own = next.origin === url.origin ? headers : harmlessHeaders(headers)
  const keepsMethod = status === 307 || status === 308 || method === 'GET' || method === 'HEAD'
  if (keepsMethod) return { url: next, method, headers: own, body }
  return { url: next, method: 'GET', headers: own, body: undefined }
}

function tooMany(url: URL): BosunError {
  return new BosunError('HTTP_REFUSED', {
    at: url.host,
    expected: `at most ${REDIRECTS_MAX} redirects`,
    fix: 'Fetch the address at the end of the redirects.',
  })
}

/** Without the query, which may hold secrets. */
function failed(address: string, received: string, cause: unknown): BosunError {
  const at = URL.canParse(address) ? new URL(address).host : 'url'
  const code = (cause as { code?: unknown } | undefined)?.code === 'ERR_INVALID_CHAR' ? 'HTTP_REFUSED' : 'TOOL_FAILED'
  return new BosunError(code, { at, received, cause })
}

function plainHeaders(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
}

/** What cannot be stopped is no longer waited for. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  work.then(resolve, reject)
  return promise
}
