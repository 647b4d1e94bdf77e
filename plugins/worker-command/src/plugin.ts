import { definePlugin } from '@bosun/sdk'
import { commandRunner, CommandRunnerOptionsSchema } from './command-runner.ts'

/** The worker that runs commands. */
export const workerCommand = definePlugin({
  name: '@bosun/worker-command',
  options: CommandRunnerOptionsSchema,
  create: (options) => ({ workers: [commandRunner(options)] }),
})
