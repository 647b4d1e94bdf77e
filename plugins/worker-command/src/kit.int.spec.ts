import { dirname } from 'node:path'
import type { Json } from '@bosun/sdk'
import { describeWorker } from 'bosun/testing'
import { commandRunner } from './command-runner.ts'

const options = { allow: ['node --version'] }
const searchPath = [dirname(process.execPath)]
const end = { exitCode: 0, signal: null, stdout: '', stderr: '', sandbox: 'none', ms: 1 } as const
const counts = { stdoutBytes: 0, stderrBytes: 0, stdoutTruncated: false, stderrTruncated: false }

describeWorker(commandRunner(options), {
  plugin: { use: '..', options },
  plugins: [{ use: '@bosun/tools-command', options: { searchPath, sandbox: 'off' } }],
  comparable: (result) => ({ ...(result as Readonly<Record<string, Json>>), ms: 0 }),
  check: { tools: { 'command.run': () => ({ ...end, ...counts }) } },
})
