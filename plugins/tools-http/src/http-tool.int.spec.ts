import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { toolsHttp } from './plugin.ts'
import { fetchBy, LocalServer, tool } from './servers.fixture.ts'

async function serving(listener: RequestListener) {
  const server = await LocalServer.start(listener)
  return { server, handler: tool([`127.0.0.1:${server.port}`]), [Symbol.dispose]: () => server[Symbol.dispose]() }
}

/** A server that answers with one body. */
const answering = (body: string | Buffer, headers: Record<string, string> = {}) =>
  serving((_, response) => response.writeHead(200, headers).end(body))

describe('http.fetch', () => {
  it('sends what it is given and says what came back, whatever the status', async () => {
    using world = await serving((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () =>
        response
          .writeHead(418, { 'content-type': 'application/json', 'x-seen': String(request.headers['x-own']) })
          .end(JSON.stringify({ method: request.method, body })),
      )
    })
    const url = `${world.server.url}/pot?x=1`
    const input = { url, method: 'PUT', body: 'größe', headers: { 'x-own': 'here' } }
    expect(await fetchBy(world.handler, input)).toMatchObject({
      status: 418,
      url,
      headers: { 'content-type': 'application/json', 'x-seen': 'here' },
      text: '{"method":"PUT","body":"größe"}',
      encoding: 'utf8',
      truncated: false,
      redirects: 0,
    })
  })

  it.each([
    ['text/plain; charset=iso-8859-1', Buffer.from([0xe4]), 'ä', 'utf8'],
    ['text/html; charset=no-such-set', Buffer.from('ä'), 'ä', 'utf8'],
    ['application/problem+json', Buffer.from('{}'), '{}', 'utf8'],
    ['image/svg+xml', Buffer.from('<svg/>'), '<svg/>', 'utf8'],
    ['', Buffer.from('plain'), 'plain', 'utf8'],
    ['image/png', Buffer.from([0, 255]), 'AP8=', 'base64'],
    ['application/octet-stream', Buffer.from('x'), 'eA==', 'base64'],
  ])('reads a body of type %j as text or as base64', async (type, body, text, encoding) => {
    using world = await answering(body, type === '' ? {} : { 'content-type': type })
    expect(await fetchBy(world.handler, { url: world.server.url })).toMatchObject({
      text,
      encoding,
      bytes: body.length,
    })
  })

  it.each([
    ['gzip', gzipSync('x'.repeat(1_000))],
    ['br', brotliCompressSync('x'.repeat(1_000))],
  ])('unpacks %s', async (encoding, body) => {
    using world = await answering(body, { 'content-encoding': encoding })
    expect(await fetchBy(world.handler, { url: world.server.url })).toMatchObject({ bytes: 1_000, truncated: false })
    expect(await fetchBy(world.handler, { url: world.server.url, method: 'HEAD' })).toMatchObject({ bytes: 0 })
  })

  it('cuts a body at its limit, and says so', async () => {
    using world = await answering('äöü', { 'content-type': 'text/plain' })
    const { url } = world.server
    expect(await fetchBy(world.handler, { url, bytesMax: 6 })).toMatchObject({ text: 'äöü', truncated: false })
    expect(await fetchBy(world.handler, { url, bytesMax: 5 })).toMatchObject({ text: 'äö', bytes: 5, truncated: true })
  })

  it.each([
    ['a compression that was not asked for', { 'content-encoding': 'zstd' }],
    ['two compressions', { 'content-encoding': 'gzip, gzip' }],
  ])('refuses %s', async (_, headers) => {
    using world = await answering('x', headers)
    await expect(fetchBy(world.handler, { url: world.server.url })).rejects.toMatchObject({ code: 'HTTP_REFUSED' })
  })

  it('fails on a packed body that is damaged, cut off or none', async () => {
    const packed = gzipSync('x'.repeat(1_000))
    for (const body of [
      packed.subarray(0, 20),
      Buffer.from('no gzip'),
      Buffer.concat([packed.subarray(0, 15), packed]),
    ]) {
      using world = await answering(body, { 'content-encoding': 'gzip' })
      await expect(fetchBy(world.handler, { url: world.server.url })).rejects.toMatchObject({ code: 'TOOL_FAILED' })
    }
  })

  it('fails on an answer that is cut off, does not come, or comes from nobody', async () => {
    using cut = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy())
    })
    using silent = await serving(() => {})
    const failure = { code: 'TOOL_FAILED' }
    await expect(fetchBy(cut.handler, { url: cut.server.url })).rejects.toMatchObject(failure)
    await expect(fetchBy(silent.handler, { url: silent.server.url, timeoutMs: 50 })).rejects.toMatchObject({
      ...failure,
      received: 'no answer within 50 ms',
    })
    const { url, port } = silent.server
    silent.server[Symbol.dispose]()
    await expect(fetchBy(tool([`127.0.0.1:${port}`]), { url })).rejects.toMatchObject(failure)
  })

  it('stops with the reason of whoever stops it, before the answer and within', async () => {
    const reason = new Error('revoked')
    for (const begins of [false, true]) {
      const controller = new AbortController()
      using world = await serving((_, response) => {
        if (begins) response.write('x', () => controller.abort(reason))
        else controller.abort(reason)
      })
      const stopped = fetchBy(world.handler, { url: world.server.url }, { signal: controller.signal })
      await expect(stopped).rejects.toBe(reason)
    }
  })

  it.each([
    ['Host', 'evil.example'],
    ['connection', 'upgrade'],
    ['transfer-encoding', 'chunked'],
    ['content-length', '0'],
    ['proxy-authorization', 'x'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['x-method-override', 'DELETE'],
    ['x-original-url', '/admin'],
    ['x-own', 'a\r\nhost: evil.example'],
  ])('H5: refuses the header %s', async (name, value) => {
    using world = await answering('x')
    const input = { url: world.server.url, headers: { [name]: value } }
    await expect(fetchBy(world.handler, input)).rejects.toMatchObject({ code: 'HTTP_REFUSED' })
    expect(world.server.requests).toEqual([])
  })

  it('asks no proxy of the environment', async () => {
    using world = await answering('direct')
    using proxy = await LocalServer.start((_, response) => response.end('proxy'))
    const before = { ...process.env }
    Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NODE_USE_ENV_PROXY: '1', NO_PROXY: '' })
    const answer = await fetchBy(world.handler, { url: world.server.url })
    process.env = before
    expect(answer.text).toBe('direct')
    expect(proxy.connections).toBe(0)
  })
})

/** A certificate for one name, made here; undefined where openssl is missing. */
function certificate(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-tools-http-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  try {
    execFileSync(
      'openssl',
      [...args, '-keyout', key, '-out', cert, '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
      { stdio: 'ignore' },
    )
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } catch {
    console.warn('There is no openssl on this machine: the spec of https is skipped.')
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const made = certificate('name.example')

describe.skipIf(made === undefined)('http.fetch over https (skipped where openssl is missing)', () => {
  it('H17: names the host to the server and checks its certificate by that name, at the pinned address', async () => {
    const names: unknown[] = []
    const server = createServer({ ...made }, (request, response) => {
      names.push((request.socket as { servername?: unknown }).servername, request.headers.host)
      response.end('safe')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const handler = tool([`127.0.0.1:${port}`], { resolve: async () => ['127.0.0.1'], ca: made?.cert ?? '' })
    expect((await fetchBy(handler, { url: `https://name.example:${port}/` })).text).toBe('safe')
    expect(names).toEqual(['name.example', `name.example:${port}`])
    await expect(fetchBy(handler, { url: `https://other.example:${port}/` })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
    })
    server.close()
    server.closeAllConnections()
  })
})

describe('the plugin', () => {
  it('brings the tool that the SDK declares, and takes addresses with a port', async () => {
    const { tools } = await toolsHttp.create({ allowPrivate: ['127.0.0.1:80', '[::1]:8080'] })
    expect(tools.map((one) => one.declaration.name)).toEqual(['http.fetch'])
    for (const text of ['127.0.0.1', 'localhost:80', '127.0.0.1:x', '*', '::1:80x']) {
      await expect(toolsHttp.create({ allowPrivate: [text] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    }
  })
})
