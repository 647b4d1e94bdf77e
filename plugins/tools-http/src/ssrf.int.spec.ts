import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { corpusPath } from '@bosun/corpora'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'
import { ConnectionCount, fetchBy, LocalServer, tool } from './servers.fixture.ts'

/** Spellings of this machine, of its networks and of what only it can reach; PORT is where the canary sits. */
const SPELLINGS = [
  ['http://127.0.0.1:PORT/', 'http://127.1:PORT/', 'http://127.0.1:PORT/', 'http://2130706433:PORT/'],
  ['http://0x7f000001:PORT/', 'http://0x7f.0.0.1:PORT/', 'http://0x7f.1:PORT/', 'http://0X7F.0x0.0x0.0x1:PORT/'],
  ['http://0177.0.0.1:PORT/', 'http://0177.1:PORT/', 'http://017700000001:PORT/', 'http://000000177.0.0.01:PORT/'],
  ['http://127.0x0.00.1:PORT/', 'http://127.0.0.1.:PORT/', 'http://127.0.0.1..:PORT/', 'http://127.0.0.1:0PORT/'],
  ['http://127。0。0。1:PORT/', 'http://127．0．0．1:PORT/', 'http://１２７.0.0.1:PORT/', 'http://①②⑦.⓪.⓪.①:PORT/'],
  ['http://%31%32%37.0.0.1:PORT/', 'http://127.0.0.%31:PORT/', 'http://127%2e0%2e0%2e1:PORT/'],
  [
    'http://127.0.0.1\u00ad:PORT/',
    'http://127.0.0\u200b.1:PORT/',
    'http://\t127.0.0.1:PORT/',
    ' http://127.0.0.1:PORT/',
  ],
  ['ht\ntp://127.0.0.1:PORT/', 'http:127.0.0.1:PORT/', 'http:/127.0.0.1:PORT/', 'http:\\\\127.0.0.1:PORT\\'],
  ['http://127.0.0.1:PORT\\@example.com/', 'http://example.com@127.0.0.1:PORT/', 'http://a:b@127.0.0.1:PORT/'],
  ['HTTP://LOCALHOST:PORT/', 'http://localhost:PORT/', 'http://localhost.:PORT/', 'http://ｌｏｃａｌｈｏｓｔ:PORT/'],
  ['http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/', 'http://loc%61lhost:PORT/', 'http://x.localhost:PORT/', 'http://127.0.0.1.nip.io:PORT/'],
  ['http://0:PORT/', 'http://0.0.0.0:PORT/', 'http://0x0:PORT/', 'http://[::1]:PORT/', 'http://[::]:PORT/'],
  ['http://[0:0:0:0:0:0:0:1]:PORT/', 'http://[::ffff:127.0.0.1]:PORT/', 'http://[::ffff:7f00:1]:PORT/'],
  ['http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/', 'http://[::127.0.0.1]:PORT/', 'http://[64:ff9b::127.0.0.1]:PORT/'],
  [
    'http://[2002:7f00:1::]:PORT/',
    'http://[2001:0:7f00:1::]:PORT/',
    'http://[fe80::1]:PORT/',
    'http://[fd00::1]:PORT/',
  ],
  ['http://[::ffff:0:127.0.0.1]:PORT/', 'http://[::1%25lo]:PORT/', 'http://169.254.169.254/', 'http://2852039166/'],
  ['http://192.168.0.1/', 'http://10.1/', 'http://172.16.0.1/', 'http://100.64.1/', 'http://[fd00:ec2::254]/'],
].flat()

/** No name is looked up for real: whatever is asked, the answer is this machine. */
const resolve = () => Promise.resolve(['127.0.0.1'])
const refusal = expect.objectContaining({ code: expect.stringMatching(/^(HTTP_REFUSED|TOOL_FAILED)$/) })
const canary = () => LocalServer.start((_, response) => response.end('canary'))

const folder = corpusPath('ssrf-urls')
const corpus =
  folder === undefined
    ? []
    : readFileSync(join(folder, 'urls.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as string)

/** The same address with the port of the canary, where it has a port at all. */
function aimed(url: string, port: number): string {
  if (!URL.canParse(url)) return url
  const parsed = new URL(url)
  parsed.port = String(port)
  return parsed.href
}

/** Whether it can be fetched without a name server, and leads out. */
function isPublic(url: string): boolean {
  return URL.canParse(url) && isPublicAddress(new URL(url).hostname) && new URL(url).username === ''
}

describe('H17: an address of this machine or its networks', () => {
  it('is refused in each of 60 spellings, and the canary hears nothing', async () => {
    using server = await canary()
    using tried = new ConnectionCount()
    const urls = SPELLINGS.map((url) => url.replace('PORT', String(server.port)))
    expect(urls.length).toBeGreaterThanOrEqual(60)
    for (const url of urls) await expect(fetchBy(tool([], { resolve }), { url })).rejects.toEqual(refusal)
    expect([server.connections, tried.count]).toEqual([0, 0])
  })

  it('would be reached by most of these spellings, were it not refused', async () => {
    using server = await canary()
    const handler = tool([`127.0.0.1:${server.port}`], { resolve })
    const urls = SPELLINGS.filter((url) => url.includes('PORT')).map((url) => url.replace('PORT', String(server.port)))
    const answers = await Promise.allSettled(urls.map((url) => fetchBy(handler, { url })))
    expect(server.requests.length).toBeGreaterThan(30)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(server.requests.length)
  })

  it.skipIf(folder === undefined)(
    'is refused in each spelling of the corpus, and the canary hears nothing',
    async () => {
      using server = await canary()
      using tried = new ConnectionCount()
      const urls = corpus.flatMap((url) => [url, aimed(url, server.port)])
      expect(corpus.length).toBeGreaterThanOrEqual(83)
      // An address that is itself public is no attack, and no test fetches it.
      // An address that is itself public is no attack, and no test fetches it.
      expect(urls.filter(isPublic)).toEqual([])
      for (const url of urls) {
        await expect(fetchBy(tool([], { resolve }), { url })).rejects.toEqual(refusal)
      }
      expect([server.connections, tried.count]).toEqual([0, 0])
    },
  )

  it('may be allowed by the config, with its port and no other', async () => {
    using server = await canary()
    const handler = tool([`127.0.0.1:${server.port + 1}`, `[::1]:${server.port}`], { resolve })
    await expect(fetchBy(handler, { url: server.url })).rejects.toMatchObject({ code: 'HTTP_REFUSED' })
    const allowed = tool([`127.0.0.1:${server.port}`], { resolve })
    expect(await fetchBy(allowed, { url: `http://name.example:${server.port}/x?y=1#z` })).toMatchObject({
      status: 200,
      text: 'canary',
    })
    expect(server.requests).toEqual([`GET /x?y=1 name.example:${server.port}`])
  })
})
