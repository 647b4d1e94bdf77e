import { describeTool } from 'bosun/testing'
import { afterAll } from 'vitest'
import { HttpOptionsSchema } from './http-options.ts'
import { httpTool } from './http-tool.ts'
import { LocalServer } from './servers.fixture.ts'

const server = await LocalServer.start(({ url }, response) => {
  if (url === '/slow') return
  response.end('x'.repeat(url === '/large' ? 5_000_000 : 5))
})
afterAll(() => server[Symbol.dispose]())

const open = httpTool(HttpOptionsSchema.parse({ allowPrivate: [`127.0.0.1:${server.port}`] }))

describeTool(open, {
  examples: [
    { input: { url: `${server.url}/a` }, allowedBy: `${server.url}/**`, deniedBy: 'https://example.com/**' },
    { name: 'a large answer is cut', input: { url: `${server.url}/large` }, deniedBy: 'https://example.com/**' },
  ],
  failures: [
    { input: { url: 'file:///etc/passwd' }, code: 'HTTP_REFUSED' },
    { input: { url: 'http://127.0.0.2:1/' }, code: 'HTTP_REFUSED' },
  ],
  slow: { input: { url: `${server.url}/slow` } },
  outputLengthMax: 2_000_000,
})
