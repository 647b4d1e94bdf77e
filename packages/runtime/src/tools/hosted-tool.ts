import { BosunError } from '@bosun/core'
import type { AnyToolHandler } from '@bosun/sdk'
import { z } from 'zod'

/** A tool whose code is in the hosts of its plugin: what the broker knows of it. */
export interface HostedTool extends AnyToolHandler {
  readonly runsInHost: true
}

/**
 * The broker's side of a tool that an untrusted plugin brings for its own workers. Its calls pass the
 * gateway as any others do, and are then carried out in the host that they came from, which checks
 * input and output by schemas that only it can run. So it takes no specifier, here it would prove nothing.
 */
export function hostedTool(about: {
  readonly name: string
  readonly summary: string
  readonly access: 'read' | 'write' | 'effect'
}): HostedTool {
  const { name, summary, access } = about
  return {
    kind: 'tool',
    runsInHost: true,
    declaration: { name, summary, access, input: z.any(), output: z.any() },
    handle: () => {
      throw new BosunError('TOOL_FAILED', { at: name, received: 'a call from elsewhere than a host of its plugin' })
    },
  }
}

/** Whether calls of a tool are carried out in the host that they come from. */
export function isHostedTool(tool: AnyToolHandler): tool is HostedTool {
  return 'runsInHost' in tool
}
