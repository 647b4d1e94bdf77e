import { readFileSync, writeFileSync } from 'node:fs'
import { Server, type CallToolResult, type Tool } from '@modelcontextprotocol/server'

/** What a call of a tool does: a text, or no answer for ever. */
type Act = (input: Readonly<Record<string, unknown>>) => string | undefined | void | Promise<string>
type Acts = Readonly<Record<string, Act>>

/** A real server whose tools are those of a file, read each time that it is asked for them. */
export function scriptedServer(listFile: string, acts: Acts = {}): Server {
  const server = new Server({ name: 'fixture', version: '1' }, { capabilities: { tools: { listChanged: true } } })
  server.setRequestHandler('tools/list', () => ({ tools: JSON.parse(readFileSync(listFile, 'utf8')) as Tool[] }))
  server.setRequestHandler('tools/call', async ({ params }): Promise<CallToolResult> => {
    const input = params.arguments ?? {}
    switch (params.name) {
      case 'echo':
        return said(JSON.stringify(input))
      case 'fails':
        return { ...said('no such \u001b[31mplanet\u202e'), isError: true }
      case 'big':
        return said('ü'.repeat(Number(input['length'])))
      case 'structured':
        return { ...said('see the data'), structuredContent: (input['data'] ?? {}) as Record<string, unknown> }
      case 'media':
        return {
          content: [
            { type: 'text', text: 'one' },
            { type: 'image', mimeType: 'image/png', data: 'aGk=' },
            { type: 'resource', resource: { uri: 'file:///a', text: 'content' } },
            { type: 'resource_link', uri: 'file:///b', name: 'b' },
            { type: 'text', text: 'two' },
          ],
        }
      case 'hang':
        return new Promise(() => {})
      case 'change':
        writeFileSync(listFile, String(input['list']))
        await server.sendToolListChanged()
        return said('changed')
      default: {
        const text = await acts[params.name]?.(input)
        return text === undefined ? new Promise(() => {}) : said(text)
      }
    }
  })
  return server
}

function said(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
