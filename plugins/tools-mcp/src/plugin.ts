import process from 'node:process'
import { BosunError, definePlugin } from '@bosun/sdk'
import { McpOptionsSchema } from './mcp-options.ts'
import { McpServer } from './mcp-server.ts'
import { mcpTools } from './mcp-tools.ts'
import { openTransport } from './open-transport.ts'

/** The tools of the MCP servers that the config names. Its code starts programs, so it has to be trusted. */
export const toolsMcp = definePlugin({
  name: '@bosun/tools-mcp',
  options: McpOptionsSchema,
  async create({ servers }) {
    refuseInHost()
    const all = Object.entries(servers).map(([name, options]) =>
      mcpTools(new McpServer(name, options, () => openTransport(`servers.${name}`, options, process.env)), options),
    )
    // All of them, so that the first fault in the order of the config is the one reported, and no server is left.
    const settled = await Promise.allSettled(all)
    return { tools: settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : fail(one.reason))) }
  },
})

// Private

function refuseInHost(): void {
  // Typed as always there; it is only under the permission model, which hosts run under.
  const { permission } = process as { readonly permission?: { has(scope: string): boolean } }
  if (permission === undefined || permission.has('child')) return
  throw new BosunError('PLUGIN_UNTRUSTED', {
    at: '@bosun/tools-mcp',
    summary: 'MCP servers are reached from the process of the run',
    fix: "Write { use: '@bosun/tools-mcp', trusted: true }.",
  })
}

function fail(reason: unknown): never {
  throw reason
}
