import { BosunError } from '@bosun/sdk'
import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { boundedFetch } from './bounded-fetch.ts'
import type { HttpServerOptions, ServerOptions, StdioServerOptions } from './mcp-options.ts'
import { StdioTransport } from './stdio-transport.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The way to a server, not yet begun.
 *
 * @param at what the server is called in messages
 * @throws CONFIG_INVALID for a variable that is not set
 */
export function openTransport(at: string, options: ServerOptions, env: Environment): Transport {
  return 'command' in options ? toProgram(at, options, env) : toAddress(at, options, env)
}

// Private

function toProgram(at: string, options: StdioServerOptions, env: Environment): Transport {
  const named = options.env.map((name) => [name, valueOf(`${at}.env`, name, env)])
  return new StdioTransport(options, { LANG: 'C.UTF-8', PATH: env['PATH'] ?? '', ...Object.fromEntries(named) })
}

function toAddress(at: string, { url, headersFrom }: HttpServerOptions, env: Environment): Transport {
  const headers = Object.entries(headersFrom).map(([header, name]) => [
    header,
    valueOf(`${at}.headersFrom.${header}`, name, env),
  ])
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: Object.fromEntries(headers) as Record<string, string> },
    fetch: boundedFetch,
  })
}

function valueOf(at: string, name: string, env: Environment): string {
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw new BosunError('CONFIG_INVALID', {
    at,
    summary: `The environment variable ${name}, which an MCP server needs, is not set`,
    fix: 'Set it, or take its name out of the config.',
  })
}
