import { BosunError } from '@bosun/sdk'

/**
 * Headers that say who is asked, how the connection is kept or how the body is packed: they belong to the
 * tool. Those that name another method would pass a rule that grants only one.
 */
const REFUSED =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding|x-(?:http-)?method(?:-override)?|x-forwarded-.*|x-original-url|x-rewrite-url|forwarded)$/i
/** Headers that a redirect may carry to another origin: what is left may be a credential, whatever its name. */
const HARMLESS = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

/** @throws HTTP_REFUSED */
export function checkedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const refused = Object.keys(headers).find((name) => REFUSED.test(name))
  if (refused === undefined) return headers
  throw new BosunError('HTTP_REFUSED', {
    at: `headers.${refused.slice(0, 100)}`,
    expected: 'a header that is not set by the tool itself',
    fix: 'Leave the header out.',
  })
}

/** What goes along to another origin. */
export function harmlessHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.has(name.toLowerCase())))
}
