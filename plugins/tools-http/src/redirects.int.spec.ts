import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { fetchBy, LocalServer, tool } from './servers.fixture.ts'

/** Redirects to where the path says: `/302/http://…`, and answers everything else with what it was sent. */
const redirector: RequestListener = (request, response) => {
  const [, status, location] = /^\/(30\d)\/(.*)$/.exec(request.url ?? '') ?? []
  if (status !== undefined && location !== undefined) {
    response.writeHead(Number(status), { location: decodeURIComponent(location) }).end('moved')
    return
  }
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => response.end(JSON.stringify({ method: request.method, headers: request.headers, body })))
}

async function servers() {
  const stack = new DisposableStack()
  const [first, second] = [await LocalServer.start(redirector), await LocalServer.start(redirector)]
  const canary = await LocalServer.start((_, response) => response.end('canary'))
  for (const one of [first, second, canary]) stack.use(one)
  const allowed = [first, second].map(({ port }) => `127.0.0.1:${port}`)
  return { first, second, canary, handler: tool(allowed), [Symbol.dispose]: () => stack.dispose() }
}

/** An address that leads over others. */
const over = (...urls: readonly string[]): string =>
  urls.reduceRight((next, url) => (next === '' ? url : `${url}/302/${encodeURIComponent(next)}`), '')

describe('H17: a redirect', () => {
  it.each<[string, (at: { first: string; second: string; canary: string; port: number }) => string]>([
    ['straight to it', ({ first, canary }) => over(first, canary)],
    ['with 301', ({ first, canary }) => `${first}/301/${encodeURIComponent(canary)}`],
    ['with 303', ({ first, canary }) => `${first}/303/${encodeURIComponent(canary)}`],
    ['with 307', ({ first, canary }) => `${first}/307/${encodeURIComponent(canary)}`],
    ['with 308', ({ first, canary }) => `${first}/308/${encodeURIComponent(canary)}`],
    ['over two servers', ({ first, second, canary }) => over(first, second, canary)],
    ['over three hops', ({ first, second, canary }) => over(first, second, first, canary)],
    ['without a scheme', ({ first, port }) => over(first, `//127.0.0.1:${port}/`)],
    ['in numbers', ({ first, port }) => over(first, `http://2130706433:${port}/`)],
    ['by name', ({ first, port }) => over(first, `http://localhost:${port}/`)],
    ['in IPv6', ({ first, port }) => over(first, `http://[::ffff:7f00:1]:${port}/`)],
    ['with a user', ({ first, port }) => over(first, `http://u@127.0.0.1:${port}/`)],
    ['to a file', ({ first }) => over(first, 'file:///etc/passwd')],
    ['to nowhere', ({ first }) => over(first, 'http://')],
  ])('to a refused address is refused: %s', async (_, urlOf) => {
    using world = await servers()
    const { first, second, canary, handler } = world
    const url = urlOf({ first: first.url, second: second.url, canary: canary.url, port: canary.port })
    await expect(fetchBy(handler, { url })).rejects.toMatchObject({ code: 'HTTP_REFUSED' })
    expect(canary.connections).toBe(0)
    expect(first.requests.length).toBeGreaterThan(0)
  })

  it('is followed three times and no more', async () => {
    using world = await servers()
    const { first, handler } = world
    const { url } = first
    expect(await fetchBy(handler, { url: over(url, url, url, `${url}/end`) })).toMatchObject({
      status: 200,
      url: `${url}/end`,
      redirects: 3,
    })
    await expect(fetchBy(handler, { url: over(url, url, url, url, `${url}/end`) })).rejects.toMatchObject({
      code: 'HTTP_REFUSED',
      expected: 'at most 3 redirects',
    })
  })

  it('to where the rules do not reach is denied, like a call', async () => {
    using world = await servers()
    const { first, second, handler } = world
    const rule = `${first.url}/**`
    await expect(fetchBy(handler, { url: over(first.url, `${second.url}/x`) }, { rule })).rejects.toMatchObject({
      code: 'TOOL_DENIED',
    })
    expect(second.connections).toBe(0)
    expect(await fetchBy(handler, { url: over(first.url, `${first.url}/x`) }, { rule })).toMatchObject({ status: 200 })
  })

  it('carries headers along within an origin, and no credential to another one', async () => {
    using world = await servers()
    const { first, second, handler } = world
    const headers = { authorization: 'Bearer x', 'X-Api-Key': 'x', cookie: 'x=y', accept: 'text/x' }
    const sentTo = async (url: string) =>
      (JSON.parse((await fetchBy(handler, { url, headers })).text) as { headers: Record<string, string> }).headers
    expect(await sentTo(over(first.url, `${first.url}/x`))).toMatchObject({ authorization: 'Bearer x', cookie: 'x=y' })
    const elsewhere = await sentTo(over(first.url, `${second.url}/x`))
    expect(elsewhere).toMatchObject({ accept: 'text/x' })
    expect(Object.keys(elsewhere)).not.toEqual(expect.arrayContaining([expect.stringMatching(/auth|cookie|key/)]))
    expect(await sentTo(over(first.url, second.url, `${first.url}/x`))).not.toHaveProperty('authorization')
  })

  it.each([
    ['302', 'POST', 'GET', ''],
    ['303', 'PUT', 'GET', ''],
    ['307', 'POST', 'POST', 'text'],
    ['308', 'PUT', 'PUT', 'text'],
  ])('with %s turns %s into %s', async (status, method, expected, body) => {
    using world = await servers()
    const { first, handler } = world
    const url = `${first.url}/${status}/${encodeURIComponent(`${first.url}/x`)}`
    const { text } = await fetchBy(handler, { url, method, body: 'text' })
    expect(JSON.parse(text)).toMatchObject({ method: expected, body })
  })
})
