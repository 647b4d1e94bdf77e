import { z } from 'zod'
import type { AgentOptions } from './agent-options.ts'
import { defineAgentWorker } from './define-agent-worker.ts'

const BodySchema = z.strictObject({
  /** What is to be done. */
  prompt: z.string().min(1).max(200_000),
  /** The files it writes. Absent: those that the task declares, if any. */
  outputs: z.array(z.string().min(1).max(4096)).max(1_000).optional(),
})

const TextSchema = z.strictObject({ text: z.string() })

/** The agent that a config describes, without code of one's own: each task says what to do. */
export function readyAgent({ result, ...options }: AgentOptions) {
  const stated = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const text = 'The prompt was read, and nothing else.'
  return defineAgentWorker({
    ...(stated as Omit<AgentOptions, 'result'>),
    body: BodySchema,
    result: result ?? TextSchema,
    prompt: ({ prompt }) => prompt,
    outputs: ({ outputs = [] }) => outputs,
    // What another result looks like, only its schema knows.
    examples:
      result === undefined ? [{ body: { prompt: 'Say what you have read.' }, model: [{ data: { text } }] }] : [],
  })
}
