import { BosunError, defineTool, mcp, type AnyToolHandler, type Json } from '@bosun/sdk'
import type { JsonSchemaType, Tool } from '@modelcontextprotocol/client'
import { z } from 'zod'
import type { McpServer } from './mcp-server.ts'
import type { ServerOptions } from './mcp-options.ts'
import { schemaCheck } from './schema-check.ts'

const InputSchema = z.record(z.string(), z.json())

/**
 * The tools of a server as tools of Bosun. Nothing that the server says of them (titles, descriptions) comes
 * further than this: whoever uses one has said what it is for.
 *
 * @throws MCP_CHANGED, MCP_FAILED, CONFIG_INVALID
 */
export async function mcpTools(server: McpServer, options: ServerOptions): Promise<readonly AnyToolHandler[]> {
  const offered = await server.approve()
  const missing = options.tools?.find((name) => offered.every((tool) => tool.name !== name))
  if (missing !== undefined) {
    throw new BosunError('CONFIG_INVALID', {
      at: `mcp.${server.name}.tools`,
      summary: 'The MCP server has no such tool',
      received: JSON.stringify(missing),
      fix: `Name some of: ${offered.map(({ name }) => name).join(', ')}.`,
    })
  }
  return offered
    .filter(({ name }) => options.tools?.includes(name) !== false)
    .map((tool) => mcpTool(server, tool, options.trustHints && tool.annotations?.readOnlyHint === true))
}

// Private

function mcpTool(server: McpServer, tool: Tool, onlyReads: boolean): AnyToolHandler {
  const { declaration } = mcp(server.name).tool(tool.name)
  return defineTool({
    name: declaration.name,
    summary: `The tool ${tool.name} of the MCP server ${server.name}.`,
    access: onlyReads ? 'read' : 'effect',
    input: inputSchema(declaration.name, tool),
    output: declaration.output,
    run: (input, { signal }) => server.call(tool, input, signal),
  })
}

function inputSchema(at: string, { inputSchema: schema }: Tool): z.ZodType<Readonly<Record<string, Json>>> {
  const check = validatorOf(at, schema)
  return InputSchema.superRefine((input, context) => {
    const { valid, errorMessage } = check(input)
    if (!valid) context.addIssue({ code: 'custom', message: errorMessage })
  })
}

function validatorOf(at: string, schema: Tool['inputSchema']) {
  try {
    return schemaCheck.getValidator(schema as JsonSchemaType)
  } catch (error) {
    throw new BosunError('MCP_FAILED', { at, expected: 'a JSON Schema that can be read', cause: error })
  }
}
