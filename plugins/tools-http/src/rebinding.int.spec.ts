import { describe, expect, it } from 'vitest'
import { fetchBy, LocalServer, tool } from './servers.fixture.ts'

const isLinux = process.platform === 'linux'

/** A server that may be fetched, and beside it, on another address and the same port, one that may not. */
async function pair() {
  const good = await LocalServer.start((request, response) => {
    if (request.url === '/') response.end('good')
    else response.writeHead(302, { location: '/' }).end()
  })
  const canary = await LocalServer.start((_, response) => response.end('canary'), {
    host: '127.0.0.2',
    port: good.port,
  })
  return { good, canary, allowed: `127.0.0.1:${good.port}` }
}

const GOOD = '127.0.0.1'
const BAD = '127.0.0.2'
const never = new Promise<string[]>(() => {})

describe.skipIf(!isLinux)('H17: a name server that changes its mind (needs 127.0.0.2, which Linux alone has)', () => {
  it.each<[string, string, (Promise<string[]> | string[])[], string]>([
    ['good at first, bad later', '/', [[GOOD], [BAD]], 'good'],
    ['bad at once', '/', [[BAD]], 'HTTP_REFUSED'],
    ['a good and a bad one', '/', [[GOOD, BAD]], 'HTTP_REFUSED'],
    ['a bad and a good one', '/', [[BAD, GOOD]], 'HTTP_REFUSED'],
    ['bad after a redirect', '/redirect', [[GOOD], [BAD]], 'HTTP_REFUSED'],
    ['a bad one more after a redirect', '/redirect', [[GOOD], [GOOD, BAD]], 'HTTP_REFUSED'],
    ['bad, written as IPv6', '/', [['::ffff:127.0.0.2']], 'HTTP_REFUSED'],
    ['bad, written as no address', '/', [['127.2']], 'TOOL_FAILED'],
    ['nothing', '/', [[]], 'TOOL_FAILED'],
    ['nothing, for ever', '/', [never], 'TOOL_FAILED'],
    ['good, then good again', '/redirect', [[GOOD], [GOOD], [BAD]], 'good'],
  ])('that says %s leads nowhere but where it was checked', async (_, path, answers, expected) => {
    const { good, canary, allowed } = await pair()
    using servers = new DisposableStack()
    servers.use(good)
    servers.use(canary)
    let asked = 0
    const resolve = () => Promise.resolve(answers[asked++] ?? [BAD])
    const url = `http://rebinding.example:${good.port}${path}`
    const fetched = fetchBy(tool([allowed], { resolve }), { url, timeoutMs: answers[0] === never ? 50 : 10_000 })
    const end = await fetched.then(
      ({ text }) => text,
      (error: { code: string }) => error.code,
    )
    expect(end).toBe(expected)
    expect(canary.connections).toBe(0)
    // Once per hop: what was checked and what is connected to is one answer.
    expect(asked).toBe(path === '/redirect' ? 2 : 1)
  })
})
