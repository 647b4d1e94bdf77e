import { describeTool } from 'bosun/testing'
import { tool } from './place.fixture.ts'

const print = ['-p', '1 + 1']

describeTool(await tool(), {
  examples: [
    { input: { command: 'node', args: print }, allowedBy: 'node *', deniedBy: 'npm *' },
    {
      name: 'output without an end in sight is cut',
      input: { command: 'node', args: ['-e', "process.stdout.write('x'.repeat(1e7))"], outputBytesMax: 1_000 },
      allowedBy: 'node *',
      deniedBy: 'node -p *',
    },
  ],
  failures: [
    { input: { command: 'no-such-program', args: [] }, code: 'COMMAND_REFUSED' },
    { input: { command: 'node', args: ['-e', 'setInterval(() => {}, 9)'], timeoutMs: 50 }, code: 'COMMAND_TIMED_OUT' },
  ],
  slow: { input: { command: 'node', args: ['-e', 'setInterval(() => {}, 1000)'] } },
  outputLengthMax: 10_000,
})
