import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { ACCEPT_ENCODING } from './read-body.ts'

export interface Exchange {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** The addresses that were checked: one of these is connected to, and no other. */
  readonly addresses: readonly string[]
  readonly signal: AbortSignal
  /** Certificate authorities in place of those of Node. */
  readonly ca?: string
}

/**
 * Sends one request over a connection of its own and resolves with the answer, its body unread. No proxy of
 * the environment is used; name, `Host` and certificate are those of the address, only the lookup is pinned.
 */
export function exchange(one: Exchange): Promise<IncomingMessage> {
  const { url, method, body, signal, addresses, ca } = one
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const isSecure = url.protocol === 'https:'
  const options = {
    method,
    headers: { 'user-agent': 'bosun', ...one.headers, 'accept-encoding': ACCEPT_ENCODING },
    lookup: pinned(addresses),
    signal,
  }
  const request = isSecure
    ? requestHttps(url, {
        ...options,
        agent: new HttpsAgent({ keepAlive: false, ...(ca === undefined ? {} : { ca }) }),
      })
    : requestHttp(url, { ...options, agent: new HttpAgent({ keepAlive: false }) })
  request.once('response', resolve)
  // Stays: an answer that is cut off later fails its request as well.
  request.on('error', reject)
  request.end(body)
  return promise
}

/** Answers every lookup with what was checked. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_, options, callback) => {
    const [first] = all
    if (options.all === true) callback(null, all)
    else callback(null, first?.address ?? '', first?.family ?? 0)
  }
}
