import type { Beat, Grant, Json, Report, ToolGrant } from '@bosun/core'
import { declareTool, defineTool, files, type AnyToolHandler, type ToolIo } from '@bosun/sdk'
import { z } from 'zod'
import type { Redactor } from '../secrets/redactor.ts'
import { toolHandlers } from './check-rules.ts'
import { RuleGateway } from './rule-gateway.ts'

export const attempt = { run: 'r', task: 't', epoch: 1 }
const signal = new AbortController().signal

export const count = defineTool(
  declareTool({
    name: 'word.count',
    summary: 'Counts words.',
    access: 'read',
    input: z.object({ text: z.string(), extra: z.unknown().optional() }),
    output: z.object({ words: z.int() }),
  }),
  ({ text }) => ({ words: text === 'lie' ? 0.5 : text.split(' ').length }),
)

/** A tool whose calls name words instead of paths; a specifier is such a word, or a prefix with `*` after it. */
export const say = declareTool({
  name: 'word.say',
  summary: 'Says words.',
  access: 'effect',
  input: z.object({ words: z.array(z.string()) }),
  output: z.object({ said: z.int() }),
  covers: {
    subjects: ({ words }) => words,
    compile: (specifier) => (subject) =>
      specifier.endsWith('*') ? subject.startsWith(specifier.slice(0, -1)) : subject === specifier,
  },
})

/** A gateway with one open grant, and what its tools and its listeners were told. */
export function door(
  tools: Grant['tools'],
  more: Partial<Pick<Grant, 'outputs' | 'uses'>> & {
    readonly handlers?: AnyToolHandler[]
    readonly redactor?: Redactor
  } = {},
) {
  const { handlers, redactor, ...bounds } = more
  const calls: string[] = []
  const reports: Report[] = []
  const beats: Beat[] = []
  const seen: ToolIo[] = []
  const note = <T>(call: string, io: ToolIo, output: T): T => {
    calls.push(call)
    seen.push(io)
    return output
  }
  const gateway = new RuleGateway({
    handlers: toolHandlers(
      handlers ?? [
        count,
        defineTool(say, ({ words }, io) => note(`say ${words.join(' ')}`, io, { said: words.length })),
        defineTool(files.read, ({ path }, io) => note(`read ${path}`, io, { text: '', bytes: 0, truncated: false })),
        defineTool(files.write, ({ path }, io) => note(`write ${path}`, io, { bytes: 0 })),
      ],
    ),
    workspace: '/workspace',
    ...(redactor === undefined ? {} : { redactor }),
    report: (report) => reports.push(report),
    beat: (beat) => beats.push(beat),
  })
  gateway.open({ attempt, tools, staging: '/staging', ...bounds })
  const call = (name: string, input: Json) => gateway.call(attempt, name, input, signal)
  return { gateway, call, calls, reports, beats, seen }
}

export const use = (tool: string, allow: string[], deny: string[] = [], within?: string[]): ToolGrant => ({
  tool,
  allow,
  deny,
  ...(within === undefined ? {} : { within }),
})
