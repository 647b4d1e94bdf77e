import { definePlugin } from '@bosun/sdk'
import { HttpOptionsSchema } from './http-options.ts'
import { httpTool } from './http-tool.ts'

/** The tool that fetches. */
export const toolsHttp = definePlugin({
  name: '@bosun/tools-http',
  options: HttpOptionsSchema,
  create: (options) => ({ tools: [httpTool(options)] }),
})
