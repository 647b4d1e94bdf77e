import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { openProject } from '@bosun/runtime'
import { definePlanner } from '@bosun/sdk'
import toolsFiles from '@bosun/tools-files'
import { generateText, isStepCount, Output, tool } from 'ai'
import { z } from 'zod'
import { median } from './measure.ts'

const PLUGIN = join(import.meta.dirname, 'agent-plugin.ts')
const SERVER = join(import.meta.dirname, 'model-server.ts')
const PROMPT = 'Read text.txt as often as you are told to.'

/** How many calls of a tool each loop makes. */
const CALLS = 10
const ROUNDS = 5

/** How many loops follow one another: those before a process is warm, and those that count. */
interface Loops {
  readonly warmUps: number
  readonly counted: number
}

/**
 * Benchmark (f): agents that call a file tool ten times each, one after the other, through a child-process
 * host, the gateway, the broker and the journal; beside bare loops of the AI SDK in this process that read
 * the file themselves. Both ask the same server, which takes `answerMs` for each answer.
 *
 * @returns the time of an agent's loop relative to a bare one: the median of five rounds
 */
export async function agentLoops(answerMs: number): Promise<number> {
  // Where the server takes its time there is little else to become faster.
  const loops = answerMs === 0 ? { warmUps: 30, counted: 30 } : { warmUps: 3, counted: 5 }
  const folder = await mkdtemp(join(tmpdir(), 'bosun-bench-agent-'))
  const workspace = join(folder, 'workspace')
  await mkdir(workspace)
  await writeFile(join(workspace, 'text.txt'), 'A line of a text.\n'.repeat(100))
  await using server = await startServer(answerMs)
  await writeFile(join(folder, 'bosun.config.json'), JSON.stringify(configFor(server.baseUrl)))
  try {
    const ratios: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      // They take turns, since the machine may be loaded by others.
      // oxlint-disable-next-line no-await-in-loop
      ratios.push((await agents(folder, loops)) / (await bareLoops(server.baseUrl, workspace, loops)))
    }
    return median(ratios)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// ---------------------------------------------------------------------------------------------

function configFor(baseUrl: string) {
  return {
    plugins: [PLUGIN],
    manager: 'fanOut',
    workspace: 'workspace',
    providers: { local: { kind: 'openai-compatible', baseUrl } },
    limits: { slotsMax: 1, tokensMax: 10_000_000 },
  }
}

/** From the end of the loops on with which the host becomes warm, in ms. */
async function agents(folder: string, { warmUps, counted }: Loops): Promise<number> {
  const planner = definePlanner('many', () => ({
    tasks: Array.from({ length: warmUps + counted }, (_, index) => ({
      id: `t${index}`,
      type: 'read',
      body: { prompt: PROMPT },
    })),
  }))
  await using project = await openProject(folder, { planner, builtIn: [toolsFiles] })
  const run = await project.start({ goal: undefined })
  const ends: number[] = []
  run.facts$.subscribe((fact) => {
    if (fact.type === 'task.succeeded') ends.push(performance.now())
  })
  const { end } = await run.outcome
  if (end?.type !== 'run.completed') throw new Error(`The run ended as ${JSON.stringify(end)}`)
  return (ends.at(-1) as number) - (ends[warmUps - 1] as number)
}

async function bareLoops(baseUrl: string, workspace: string, { warmUps, counted }: Loops): Promise<number> {
  // oxlint-disable-next-line no-await-in-loop
  for (let loop = 0; loop < warmUps; loop += 1) await bareLoop(baseUrl, workspace)
  const from = performance.now()
  // oxlint-disable-next-line no-await-in-loop
  for (let loop = 0; loop < counted; loop += 1) await bareLoop(baseUrl, workspace)
  return performance.now() - from
}

async function bareLoop(baseURL: string, workspace: string): Promise<void> {
  const { output } = await generateText({
    model: createOpenAICompatible({ name: 'local', baseURL, supportsStructuredOutputs: true })('m'),
    instructions: 'You read the text.',
    prompt: PROMPT,
    stopWhen: isStepCount(20),
    output: Output.object({ schema: z.strictObject({ text: z.string() }) }),
    tools: {
      read: tool({
        description: 'Reads a file.',
        inputSchema: z.strictObject({ path: z.string() }),
        execute: async ({ path }) => ({ text: await readFile(join(workspace, path), 'utf8') }),
      }),
    },
  })
  if (output.text !== 'done') throw new Error(`The loop ended with ${JSON.stringify(output)}`)
}

async function startServer(answerMs: number) {
  const child = spawn(process.execPath, [SERVER, `${CALLS}`, `${answerMs}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
