import { definePlugin } from '@bosun/sdk'
import { commandRunner, CommandRunnerOptionsSchema } from './command-runner.ts'

export { commandRunner, type CommandRunnerOptions } from './command-runner.ts'

export default definePlugin({
  name: '@bosun/worker-command',
  options: CommandRunnerOptionsSchema,
  create: (options) => ({ workers: [commandRunner(options)] }),
})
