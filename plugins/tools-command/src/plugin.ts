import { definePlugin } from '@bosun/sdk'
import { CommandOptionsSchema } from './command-options.ts'
import { commandTool } from './command-tool.ts'

/** The tool that runs programs. */
export const toolsCommand = definePlugin({
  name: '@bosun/tools-command',
  options: CommandOptionsSchema,
  create: async (options) => ({ tools: [await commandTool(options)] }),
})
