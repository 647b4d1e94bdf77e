import { defineWorker } from '@bosun/sdk'
import { describePlanner } from 'bosun/testing'
import { z } from 'zod'
import { filesPlanner } from './files-planner.ts'

const tester = defineWorker({
  name: 'tester',
  summary: 'Writes a test.',
  handles: 'write_test',
  body: z.strictObject({ file: z.string() }),
  result: z.null(),
  run: () => null,
})

describePlanner(filesPlanner(), {
  workers: [tester],
  examples: [
    {
      name: 'a plan in YAML',
      goal: null,
      files: { 'plan.yaml': 'tasks:\n  - { id: a, type: write_test, body: { file: a.ts } }\n' },
    },
    {
      name: 'one task per file',
      goal: null,
      files: {
        'plan.yaml': "tasks:\n  - { id: '{name}', type: write_test, for_each: src/*.ts, body: { file: '{file}' } }\n",
        'src/a.ts': '',
        'src/b.ts': '',
      },
    },
  ],
  failures: [
    { goal: null, code: 'FILE_UNREADABLE' },
    { goal: null, files: { 'plan.yaml': 'tasks: [' }, code: 'PLAN_INVALID' },
  ],
})
