import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openProject } from '@bosun/runtime'
import { definePlanner } from '@bosun/sdk'
import toolsFiles from '@bosun/tools-files'
import { median } from './measure.ts'

const PLUGIN = join(import.meta.dirname, 'reading-plugin.ts')
const ASKING = join(import.meta.dirname, 'asking-child.ts')
const WARM_UPS = 2_000
const CALLS = 2_000
const ROUNDS = 5

/** What a tool call took, in ms, and relative to asking by hand. */
export interface ToolCallsReport {
  readonly callMs: number
  readonly toByHand: number
}

/**
 * Benchmark (e): a worker in a host reads a small file over and over, each call through the gateway, which
 * checks grant, rules and paths and reads by verified descriptors; beside a child process that asks its
 * owner over the same kind of channel, which simply reads the file.
 */
export async function toolCalls(): Promise<ToolCallsReport> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-bench-tools-'))
  const workspace = join(folder, 'workspace')
  await mkdir(workspace)
  await writeFile(join(workspace, 'text.txt'), 'A line of a text.\n'.repeat(100))
  const config = { plugins: [PLUGIN], manager: 'fanOut', workspace: 'workspace', limits: { slotsMax: 1 } }
  await writeFile(join(folder, 'bosun.config.json'), JSON.stringify(config))
  try {
    const rounds: { bosun: number; byHand: number }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      // They take turns, since the machine may be loaded by others.
      // oxlint-disable-next-line no-await-in-loop
      rounds.push({ bosun: await throughGateway(folder), byHand: await byHand(workspace) })
    }
    return {
      callMs: median(rounds.map(({ bosun }) => bosun)) / CALLS,
      toByHand: median(rounds.map(({ bosun, byHand: reference }) => bosun / reference)),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// ---------------------------------------------------------------------------------------------

async function throughGateway(folder: string): Promise<number> {
  const body = { path: 'text.txt', warmUps: WARM_UPS, calls: CALLS }
  const planner = definePlanner('one', () => ({ tasks: [{ id: 'read', type: 'read', body }] }))
  await using project = await openProject(folder, { planner, builtIn: [toolsFiles] })
  const run = await project.start({ goal: undefined })
  let ms = Number.NaN
  run.facts$.subscribe((fact) => {
    if (fact.type === 'attempt.succeeded') ({ ms } = fact.result as { ms: number })
  })
  const { end } = await run.outcome
  if (end?.type !== 'run.completed') throw new Error(`The run ended as ${JSON.stringify(end)}`)
  return ms
}

async function byHand(workspace: string): Promise<number> {
  const child = spawn(process.execPath, [ASKING, 'text.txt', `${WARM_UPS}`, `${CALLS}`], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  const channel = child.stdio[3] as Duplex
  try {
    for await (const line of createInterface(channel)) {
      const message = JSON.parse(line) as { type: string; ms: number; call: number; input: { path: string } }
      if (message.type === 'done') return message.ms
      const text = await readFile(join(workspace, message.input.path), 'utf8')
      channel.write(`${JSON.stringify({ type: 'answer', call: message.call, output: { text } })}\n`)
    }
    throw new Error('The child ended without a word.')
  } finally {
    child.kill()
  }
}
