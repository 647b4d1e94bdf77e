export { commandRunner, type CommandRunnerOptions } from './command-runner.ts'
export { workerCommand as default } from './plugin.ts'
