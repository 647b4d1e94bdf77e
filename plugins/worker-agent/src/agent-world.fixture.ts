import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BosunError, type AnyToolHandler, type Json, type Plugin, type Task } from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, embedded, fanOut, plugins, type Fact } from 'bosun'
import { onTestFinished } from 'vitest'

/** What a model says: text, data as JSON text, or calls of tools. */
export interface Said {
  readonly text?: string
  readonly data?: unknown
  readonly calls?: readonly { readonly name: string; readonly input: unknown }[]
  /** In place of what follows from the rest. */
  readonly finish?: string
}

/** One call of a model, as it came. */
export interface Asked {
  readonly model: string
  /** `run/task@1`. */
  readonly attempt: string
  /** From 0, within the attempt. */
  readonly index: number
  readonly prompt: readonly { readonly role: string; readonly content: Json }[]
  readonly tools: readonly { readonly name: string; readonly description: string; readonly inputSchema: Json }[]
  readonly responseFormat?: Json
  readonly signal: AbortSignal
}

/** Models that say what a test makes of what they are asked, and keep it. */
export function models(say: (asked: Asked) => Said | Promise<Said>, usage = { inputTokens: 7, outputTokens: 3 }) {
  const asked: Asked[] = []
  const counts = new Map<string, number>()
  return {
    asked,
    registry: {
      resolve: (model: string) => ({
        name: `test:${model}`,
        ceiling: () => ({ tokens: usage.inputTokens + usage.outputTokens, costMicros: 0 }),
        call: async (options: Readonly<Record<string, Json>>, how: { signal: AbortSignal; attempt: string }) => {
          const index = counts.get(how.attempt) ?? 0
          counts.set(how.attempt, index + 1)
          const one = { model, index, tools: [], ...(options as object), attempt: how.attempt, signal: how.signal }
          asked.push(one as never)
          const answer = answerOf(await say(one as never), index)
          return { answer: answer as never, ...usage, costMicros: 0 }
        },
      }),
    },
  }
}

/** All text that a question holds. */
export const textOf = ({ prompt }: Asked): string => JSON.stringify(prompt)

export interface AgentWorld {
  readonly workers: Plugin['workers']
  readonly tools?: readonly AnyToolHandler[]
  readonly models: ReturnType<typeof models>
  readonly tasks: readonly Task[]
  /** Instructions of skills by name. */
  readonly skills?: Readonly<Record<string, string>>
}

/** Carries out tasks in a real run, and returns its facts and the outcome of each task. */
export async function carryOut(world: AgentWorld) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-agent-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const parts = definePlugin({ name: 'agents', workers: world.workers, tools: world.tools ?? [] })
  const container = await createContainer(
    embedded({
      folder,
      stateDir: join(folder, '.bosun'),
      journal: 'memory',
      killAfterMs: 20,
      models: world.models.registry,
      ...(world.skills === undefined ? {} : { skills: world.skills }),
    }),
    plugins(parts),
  )
  const bosun = container.get(Bosun)
  onTestFinished(() => bosun.close())
  const run = await bosun.run(fanOut({ name: 'agents', start: () => world.tasks }), null)
  const batches = await Array.fromAsync(run)
  const facts: readonly Fact[] = batches.flat()
  const results = facts.flatMap((fact) => (fact.type === 'attempt.succeeded' ? [[fact.task, fact.result]] : []))
  const failures = facts.flatMap((fact) => (fact.type === 'attempt.failed' ? [[fact.task, fact.error.code]] : []))
  return {
    run,
    facts,
    results: Object.fromEntries(results) as Readonly<Record<string, Json>>,
    failures: Object.fromEntries(failures) as Readonly<Record<string, string>>,
    of: <T extends Fact['type']>(type: T) =>
      facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type),
  }
}

/** Breaks a run that would hang because a test is wrong. */
export const never = (): never => {
  throw new BosunError('INTERNAL', { received: 'a call that the test does not foresee' })
}

// ---------------------------------------------------------------------------------------------

function answerOf({ text, data, calls = [], finish }: Said, index: number) {
  const said = data === undefined ? text : JSON.stringify(data)
  const unified = finish ?? (calls.length > 0 ? 'tool-calls' : 'stop')
  return {
    content: [
      ...(said === undefined ? [] : [{ type: 'text', text: said }]),
      ...calls.map(({ name, input }, place) => ({
        type: 'tool-call',
        toolCallId: `call-${index}-${place}`,
        toolName: name,
        input: typeof input === 'string' ? input : JSON.stringify(input),
      })),
    ],
    finishReason: { unified, raw: unified },
    usage: { inputTokens: { total: 7 }, outputTokens: { total: 3 } },
    warnings: [],
  }
}
