import { TaskSchema, type Assignment } from '@bosun/core'
import { expect, it } from 'vitest'
import { GrantSource, NO_RULES } from './grant-source.ts'

const tools = { read: { tool: 'files.read', specifier: 'src/**' }, say: { tool: 'word.say' } }
const assigned = (more: object): Assignment => ({
  run: 'r',
  task: TaskSchema.parse({ id: 't', type: 'work', ...more }),
  epoch: 3,
  worker: 'w',
  slot: 'w/1',
  inputs: {},
  timeoutMs: 1,
})

it('M-21, M-22: grants what the worker asks for, narrowed by policy, outputs and used paths', () => {
  const rules = {
    allow: ['files.read(src/a/**)', 'word.say'],
    deny: ['files.read(.env)', 'word.say(x)'],
    ask: ['word.say(y)'],
  }
  const { deny, ask } = rules
  const uses = [{ resource: 'path:src/**', mode: 'read' }, { resource: 'path:site/**' }, { resource: 'port:80' }]
  expect(new GrantSource().grantFor(assigned({ outputs: ['a'], uses }), tools, rules, '/staging')).toEqual({
    attempt: { run: 'r', task: 't', epoch: 3 },
    staging: '/staging',
    outputs: ['a'],
    uses: { read: ['src/**'], write: ['site/**'] },
    tools: {
      read: { tool: 'files.read', allow: ['files.read(src/**)'], within: ['files.read(src/a/**)'], deny, ask },
      say: { tool: 'word.say', allow: ['word.say'], within: ['word.say'], deny, ask },
    },
  })
})

it('narrows nothing where neither policy nor task says so', () => {
  const grant = new GrantSource().grantFor(assigned({ uses: [{ resource: 'port:80' }] }), tools, NO_RULES, '/staging')
  expect(Object.keys(grant)).toEqual(['attempt', 'tools', 'staging'])
  expect(grant.tools['read']).toEqual({ tool: 'files.read', allow: ['files.read(src/**)'], deny: [], ask: [] })
})

it('makes the tools of a worker once per run, for the gateway knows them by identity', () => {
  const source = new GrantSource()
  const [one, two] = [1, 2].map(() => source.grantFor(assigned({}), tools, NO_RULES, '/staging'))
  expect(one?.tools).toBe(two?.tools)
  expect(source.grantFor(assigned({}), tools, { deny: [] }, '/staging').tools).not.toBe(one?.tools)
})
