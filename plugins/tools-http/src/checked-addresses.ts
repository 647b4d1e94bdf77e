import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { BosunError } from '@bosun/sdk'
import { bracketed } from './http-options.ts'
import { isPublicAddress } from './public-address.ts'

/** Finds the addresses of a host; the system does, except in specs. */
export type Resolve = (host: string) => Promise<readonly string[]>

export const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address)

/**
 * The addresses of an address' host, each of them checked: one that is not public refuses them all, since
 * the answer of a name server is not chosen by whoever asks. Nobody asks a second time: what is returned here
 * is what is connected to.
 *
 * @param allowPrivate `address:port` of those that may be reached all the same
 * @throws HTTP_REFUSED, TOOL_FAILED when there is no answer
 */
export async function checkedAddresses(
  url: URL,
  { resolve, allowPrivate }: { readonly resolve: Resolve; readonly allowPrivate: readonly string[] },
): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const addresses = isIP(host) === 0 ? await resolved(host, resolve) : [host]
  const refused = addresses.find(
    (address) => !isPublicAddress(address) && !allowPrivate.includes(`${bracketed(address)}:${port}`),
  )
  if (refused === undefined) return addresses
  throw new BosunError('HTTP_REFUSED', {
    at: url.host,
    expected: 'a public address',
    received: refused,
    fix: 'Fetch a public address; one of this machine or its networks has to be named in allowPrivate of the plugin.',
  })
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    const addresses = await resolve(host)
    if (addresses.length > 0 && addresses.every((address) => isIP(address) !== 0)) return addresses
  } catch (error) {
    throw new BosunError('TOOL_FAILED', { at: host, received: 'a name that cannot be resolved', cause: error })
  }
  throw new BosunError('TOOL_FAILED', { at: host, received: 'a name without an address' })
}
