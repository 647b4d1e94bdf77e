import { BosunError } from '@bosun/core'

/**
 * The one reading of an address, which is judged and then connected to: http or https, no user in it, the
 * host in the form of a browser and without a final dot, no fragment.
 *
 * @throws HTTP_REFUSED
 * @example
 * canonicalUrl('HTTP://127.1:80/a/../b#c').href // 'http://127.0.0.1/b'
 */
export function canonicalUrl(text: string): URL {
  if (!URL.canParse(text)) throw refusal('a text that is no address')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refusal(`an address of ${url.protocol}`)
  // It would be read as the host by whoever reads it in a hurry, and would end in the log.
  if (url.username !== '' || url.password !== '') throw refusal('an address with a user or a password')
  url.hash = ''
  // The same host with and without the dot must not be two for rules, certificates and the connection.
  url.hostname = url.hostname.replace(/\.+$/, '')
  return url
}

function refusal(received: string): BosunError {
  return new BosunError('HTTP_REFUSED', { expected: 'an http or https address', received })
}
