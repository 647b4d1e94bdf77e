import { BosunError, type Json } from '@bosun/core'
import { plainJson, shapeFault, type AnyToolHandler, type ToolIo } from '@bosun/sdk'

/** What a tool is told of the attempt that calls it, in a host. */
export type OwnToolIo = Pick<ToolIo, 'attempt' | 'idempotencyKey' | 'signal'>

/**
 * Runs a tool of the plugin in its host, after the broker has granted the call.
 *
 * There are no folders for it: the sandbox keeps them from it, and asking for one says so.
 *
 * @throws TOOL_INPUT_INVALID, and TOOL_FAILED for whatever else goes wrong in it
 */
export async function runOwnTool(tool: AnyToolHandler, input: Json, about: OwnToolIo): Promise<Json> {
  const { name, input: takes, output: gives } = tool.declaration
  const given = takes.safeParse(input)
  if (!given.success) {
    const received = shapeFault(given.error)
    throw new BosunError('TOOL_INPUT_INVALID', { at: name, expected: `an input of ${name}`, received })
  }
  try {
    const output = gives.safeParse(await tool.handle(given.data, ioOf(name, about)))
    if (output.success) return plainJson(output.data, 'TOOL_FAILED', name)
    const received = shapeFault(output.error)
    throw new BosunError('TOOL_FAILED', { at: name, expected: 'an output that fits its schema', received })
  } catch (error) {
    throw BosunError.from(error, 'TOOL_FAILED', { at: name })
  }
}

function ioOf(name: string, about: OwnToolIo): ToolIo {
  const refuse = (): never => {
    throw new BosunError('PLUGIN_UNTRUSTED', {
      at: name,
      summary: 'A tool that runs in a host has no folders',
      fix: 'Trust the plugin in the config, and its tools run in the process of the run; or let the worker use the file tools.',
    })
  }
  return {
    ...about,
    get workspace() {
      return refuse()
    },
    get staging() {
      return refuse()
    },
    get mounts() {
      return refuse()
    },
    covers: refuse,
    permit: refuse,
  }
}
