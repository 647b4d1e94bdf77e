import { BosunError } from '@bosun/core'
import { canonicalUrl } from './canonical-url.ts'
import type { SpecifierMatcher } from './define-tool.ts'
import { pathGlob } from './path-glob.ts'

/** The methods that a call may have. */
export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
type HttpMethod = (typeof HTTP_METHODS)[number]

const FORM = /^(?:([a-z]+) )?(https?:\/\/[^/\\?#*@\s]+)(\/[^\\?#\s]*)$/i
const DOTS = /\/(?:\.|%2e){1,2}(?:\/|$)/i
/** A path that a server may read as another one: it holds an encoded dot, slash or backslash, however often encoded. */
const AMBIGUOUS = /%(?:25)*(?:2e|2f|5c|00)|\/\.{1,2};/i
/** Begins the form in which denials compare. No rule can hold it, see `parseRule`. */
const DENIAL = '\0'

/**
 * How rules over addresses are read: `https://api.example.com/v1/**` covers GET and HEAD below that path,
 * `POST https://api.example.com/v1/items` one method and one path. Scheme, host and port are compared as a
 * browser writes them; `*` and `**` stand in the path alone, as in path patterns; the query does not count.
 * A path that a server may read as another one (`%2e%2e%2f`) is covered only by `/**`.
 *
 * A denial without a method denies every method, ignores case, and holds for all doubtful paths of its host.
 */
export const httpRules: SpecifierMatcher<{ readonly url: string; readonly method?: HttpMethod | undefined }> = {
  subjects({ url, method }) {
    const { origin, pathname } = canonicalUrl(url)
    return [`${method ?? 'GET'} ${origin}${pathname}`]
  },
  compile(specifier) {
    const isDenial = specifier.startsWith(DENIAL)
    const rule = readSpecifier(isDenial ? specifier.slice(1) : specifier)
    return (subject) => {
      const [method = '', url = ''] = (isDenial ? subject.slice(1) : subject).split(' ')
      const slash = url.indexOf('/', url.indexOf('//') + 2)
      const path = url.slice(slash)
      const fitsMethod =
        rule.method === undefined ? isDenial || READING.has(method) : rule.method === method.toUpperCase()
      if (!fitsMethod || url.slice(0, slash) !== rule.origin) return false
      if (rule.isWhole || !AMBIGUOUS.test(path)) return rule.matches(path)
      return isDenial
    }
  },
  fold: (text) => DENIAL + text.toLowerCase(),
}

/** What a rule without a method covers. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** @throws RULE_MALFORMED */
function readSpecifier(specifier: string): {
  readonly method: string | undefined
  readonly origin: string
  readonly isWhole: boolean
  matches(path: string): boolean
} {
  const [, word, authority, pattern = ''] = FORM.exec(specifier) ?? []
  const method = word?.toUpperCase()
  const isMethod = method === undefined || HTTP_METHODS.some((known) => known === method)
  if (authority === undefined || !isMethod || DOTS.test(pattern) || !URL.canParse(authority)) {
    throw new BosunError('RULE_MALFORMED', {
      at: specifier,
      expected: 'an address such as https://example.com/docs/**, with a method before it or none',
    })
  }
  const { origin } = canonicalUrl(authority)
  const path = new URL(pattern, origin).pathname
  const glob = path === '/' ? undefined : pathGlob(path.slice(1))
  return {
    method,
    origin,
    isWhole: path === '/**',
    matches: (subject) => (glob === undefined ? subject === '/' : glob.matches(subject.slice(1))),
  }
}
