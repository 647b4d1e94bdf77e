import { expect, it } from 'vitest'
import { approved } from './servers.fixture.ts'
import { offered } from './servers.fixture.ts'

it('calls the tools of a server over stdio', async () => {
  const { call, handlers } = await approved([offered('echo'), offered('media')])
  expect([...handlers.keys()]).toEqual(['mcp.one.echo', 'mcp.one.media'])
  expect(await call('echo', { a: [1, { b: null }] })).toEqual({
    text: '{"a":[1,{"b":null}]}',
    attachments: [],
    truncated: false,
  })
})
