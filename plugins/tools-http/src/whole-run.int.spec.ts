import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineWorker, http } from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, embedded, fanOut, plugins, task, type Fact } from 'bosun'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { LocalServer, tool } from './servers.fixture.ts'

it('H17, M-23: a fetch works through the gateway: a redirect out of the grant is denied and recorded', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-http-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'workspace'))
  using server = await LocalServer.start((request, response) => {
    if (request.url === '/docs/away') response.writeHead(302, { location: '/admin?token=secret' }).end()
    else if (request.url === '/docs/near') response.writeHead(302, { location: '/docs/' }).end()
    else response.end(`this is ${request.url}`)
  })
  const fetcher = defineWorker({
    name: 'fetcher',
    summary: 'Fetches.',
    handles: 'fetch',
    body: z.object({ path: z.string(), method: z.enum(['GET', 'POST']).optional() }),
    result: z.string(),
    tools: { fetch: http.fetch(`${server.url}/docs/**`) },
    run: async ({ body: { path, ...more } }, { tools }) =>
      (await tools.fetch({ url: `${server.url}${path}`, ...more })).text,
  })
  const handler = tool([`127.0.0.1:${server.port}`])
  const plugin = definePlugin({ name: 'fetching', workers: [fetcher], tools: [handler] })
  const world = embedded({ folder: join(folder, 'workspace'), stateDir: join(folder, 'state'), journal: 'memory' })
  const bosun = (await createContainer(world, plugins(plugin))).get(Bosun)
  onTestFinished(() => bosun.close())

  const manager = fanOut({
    name: 'fetching',
    start: () => [
      task('fetch', { path: '/docs/x' }, { id: 'plain' }),
      task('fetch', { path: '/docs/near' }, { id: 'near' }),
      task('fetch', { path: '/docs/away' }, { id: 'away' }),
      task('fetch', { path: '/docs/x', method: 'POST' }, { id: 'post' }),
      task('fetch', { path: '/docs/..%2fadmin' }, { id: 'hidden' }),
    ],
  })
  const run = await bosun.run(manager, null)
  const facts = await Array.fromAsync(run).then((batches): Fact[] => batches.flat())

  const results = facts.flatMap((fact) => (fact.type === 'attempt.succeeded' ? [[fact.task, fact.result]] : []))
  expect(Object.fromEntries(results)).toEqual({ plain: 'this is /docs/x', near: 'this is /docs/' })
  const denials = facts.flatMap((fact) => (fact.type === 'tool.denied' ? [[fact.task, fact.detail]] : []))
  expect(Object.fromEntries(denials)).toEqual({
    away: `http.fetch(GET ${server.url}/admin)`,
    post: `http.fetch(POST ${server.url}/docs/x)`,
    hidden: `http.fetch(GET ${server.url}/docs/..%2fadmin)`,
  })
  expect(server.requests.filter((request) => request.includes('admin'))).toEqual([])
})
