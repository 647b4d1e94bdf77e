import { describe, expect, it } from 'vitest'
import { httpRules, type HTTP_METHODS } from './http-rules.ts'

type HttpMethod = (typeof HTTP_METHODS)[number]

const covers = (rule: string, url: string, method?: HttpMethod) =>
  httpRules.subjects({ url, method }).every(httpRules.compile(rule))

const fold = (text: string) => httpRules.fold?.(text) ?? text

/** As the gateway asks a denial. */
function denies(rule: string, url: string, method?: HttpMethod): boolean {
  const folded = httpRules.compile(fold(rule))
  return covers(rule, url, method) || httpRules.subjects({ url, method }).some((subject) => folded(fold(subject)))
}

describe('a rule over addresses', () => {
  it.each<[string, string, HttpMethod | undefined, boolean]>([
    ['https://a.example/**', 'https://a.example/', undefined, true],
    ['https://a.example/**', 'https://a.example/x/y?z=1#f', undefined, true],
    ['https://a.example/**', 'https://a.example/x', 'HEAD', true],
    ['https://a.example/**', 'https://a.example/x', 'POST', false],
    ['https://a.example/**', 'http://a.example/x', undefined, false],
    ['https://a.example/**', 'https://a.example:8443/x', undefined, false],
    ['https://a.example/**', 'https://a.example:443/x', undefined, true],
    ['https://a.example/**', 'https://A.EXAMPLE./x', undefined, true],
    ['https://a.example/**', 'https://a.example.evil.example/x', undefined, false],
    ['https://a.example/**', 'https://xa.example/x', undefined, false],
    ['https://a.example/**', 'https://b.a.example/x', undefined, false],
    ['https://a.example/**', 'https://a.example/x%2fy', undefined, true],
    ['https://a.example/v1/**', 'https://a.example/v1/x', undefined, true],
    ['https://a.example/v1/**', 'https://a.example/v1', undefined, true],
    ['https://a.example/v1/**', 'https://a.example/v10', undefined, false],
    ['https://a.example/v1/**', 'https://a.example/v1/../v2', undefined, false],
    ['https://a.example/v1/**', 'https://a.example/v1/%2e%2e/v2', undefined, false],
    ['https://a.example/v1/**', 'https://a.example/v1/%2e%2e%2fv2', undefined, false],
    ['https://a.example/v1/**', 'https://a.example/v1/%252e%252e%252fv2', undefined, false],
    ['https://a.example/v1/**', 'https://a.example/v1/..%5cv2', undefined, false],
    ['https://a.example/v1/**', 'https://a.example/v1/..;/v2', undefined, false],
    ['https://a.example/v1/**', 'https://a.example/v1/x?next=/../v2', undefined, true],
    ['https://a.example/v1/*', 'https://a.example/v1/x', undefined, true],
    ['https://a.example/v1/*', 'https://a.example/v1/x/y', undefined, false],
    ['https://a.example/', 'https://a.example/', undefined, true],
    ['https://a.example/', 'https://a.example/x', undefined, false],
    ['POST https://a.example/x', 'https://a.example/x', 'POST', true],
    ['post https://a.example/x', 'https://a.example/x', 'POST', true],
    ['POST https://a.example/x', 'https://a.example/x', 'GET', false],
    ['http://127.0.0.1:80/**', 'http://0x7f.1/x', undefined, true],
    ['https://bücher.example/**', 'https://xn--bcher-kva.example/x', undefined, true],
  ])('H5: %s covers %s %s: %s', (rule, url, method, expected) => {
    expect(covers(rule, url, method)).toBe(expected)
  })

  it.each<[string, string, HttpMethod | undefined, boolean]>([
    ['https://a.example/**', 'https://a.example/x', 'DELETE', true],
    ['https://a.example/admin/**', 'https://a.example/ADMIN/x', undefined, true],
    ['https://a.example/admin/**', 'https://a.example/v1/%2e%2e%2fadmin', undefined, true],
    ['https://a.example/admin/**', 'https://a.example/v1/x', undefined, false],
    ['POST https://a.example/**', 'https://a.example/x', 'POST', true],
    ['POST https://a.example/**', 'https://a.example/x', 'PUT', false],
    ['https://a.example/**', 'https://b.example/x', undefined, false],
  ])('H5: as a denial, %s holds for %s %s: %s', (rule, url, method, expected) => {
    expect(denies(rule, url, method)).toBe(expected)
  })

  it.each(
    [
      ['', 'a.example', 'a.example/**', 'https://a.example', '//a.example/**', 'ftp://a.example/**', 'https:///**'],
      ['https://*.example/**', 'https://u@a.example/**', 'https://u:p@a.example/**', 'https://a.example/x?y=1'],
      ['https://a.example/#x', 'https://a.example/a/../**', 'https://a.example/%2e%2e/**', 'https://a.example/a**'],
      ['GRAB https://a.example/**', 'GET  https://a.example/**', ' https://a.example/**', 'https://a.example/a b'],
      ['https://a.example\\@b.example/**', 'https://a.example:99999/**', 'https://a.example/v1/', 'file:///etc/**'],
    ].flat(),
  )('X-05: refuses %j at load', (rule) => {
    expect(() => httpRules.compile(rule)).toThrow(expect.objectContaining({ code: 'RULE_MALFORMED' }))
  })

  it.each(['x', 'file:///etc/passwd', 'gopher://a/', 'https://u@a.example/', 'https://:p@a.example/', 'javascript:1'])(
    'H17: refuses the address %s',
    (url) => {
      expect(() => httpRules.subjects({ url })).toThrow(expect.objectContaining({ code: 'HTTP_REFUSED' }))
    },
  )

  it('keeps the query of an address out of what a denial shows', () => {
    expect(httpRules.subjects({ url: 'https://a.example/x?token=secret' })).toEqual(['GET https://a.example/x'])
  })
})
