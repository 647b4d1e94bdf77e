/**
 * The program of a host: runs the code of one plugin, in a process of its own, for the process that
 * started it.
 *
 * Theory of operation. Descriptor 3 is a socket to the owner; lines of JSON cross it both ways. The
 * first command names the plugin, which is imported and described; then attempts come and go. Beats
 * are sent by a timer of this very event loop, so that code which blocks the loop is seen to.
 *
 * What holds: the permission model keeps the code from files, network, processes, threads and addons,
 * the environment is empty, and the functions of `process` that reach other processes are taken away.
 * What does not: the code shares this process, so it can find descriptor 3 and write to it. That is
 * why the owner believes nothing it reads there beyond what the attempts of this host may say.
 */
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import v8 from 'node:v8'
import {
  BosunError,
  errorRecord,
  type AnyWorker,
  type Assignment,
  type ErrorRecord,
  type Json,
  type ModelOptions,
  type ToolUses,
  idempotencyKey,
} from '@bosun/core'
import { AttemptContext, resolveOwnImports, type AnyToolHandler, type ContextClock, runWorker } from '@bosun/sdk'
import { prepareTask } from '../tools/task-door.ts'
import { describePlugin, pluginOf } from './describe-plugin.ts'
import { MESSAGE_LENGTH_MAX, REPORTED_LENGTH_MAX, type HostCommand, type HostMessage } from './host-protocol.ts'
import { LineChannel } from './line-channel.ts'
import { openServices, servicesOf, type FindService, type WorkerServices } from './worker-services.ts'
import type { PluginSettings } from './plugin-location.ts'
import { runOwnTool } from './run-own-tool.ts'

const CRASHED = 70
const CHANNEL_DESCRIPTOR = 3

/** Runs a tool of the plugin by the name that a worker has for it. */
type OwnTool = (name: string, input: Json, signal: AbortSignal) => Promise<Json>

/** A call that waits for its answer. */
interface Pending extends PromiseWithResolvers<Json> {
  readonly onPart?: ((part: Json) => void) | undefined
  /** Does it here, for a tool of this plugin. */
  readonly carryOut?: () => Promise<Json>
  /** What came of it here. */
  output?: Json
}

interface Live {
  readonly context: AttemptContext
  readonly calls: Map<number, Pending>
}

// Kept before the plugin is imported: it may replace what is global.
const { kill, exit, pid, stderr } = process
const setInterval = globalThis.setInterval
const stringify = JSON.stringify

const workers = new Map<string, AnyWorker>()
const tools = new Map<string, AnyToolHandler>()
const skills = new Map<string, string>()
let findService: FindService = () => undefined
const live = new Map<string, Live>()
let callsCount = 0

const clock: ContextClock = {
  now: () => Math.floor(performance.now()),
  wakeIn: (ms, wake) => {
    const timer = setTimeout(wake, ms)
    return () => clearTimeout(timer)
  },
}

const socket = new Socket({ fd: CHANNEL_DESCRIPTOR })
const channel = new LineChannel(socket, {
  lineLengthMax: Number.POSITIVE_INFINITY,
  onLine: (messages) => {
    for (const message of messages) obey(message as HostCommand)
  },
  onBroken: () => {},
  onOverflow: () => {},
})
// Whoever owns this process is gone: nothing here may outlive it.
socket.on('close', endGroup)
process.on('uncaughtException', crash)
process.on('unhandledRejection', crash)
takeAway()

function obey(command: HostCommand): void {
  switch (command.type) {
    case 'begin':
      for (const [name, text] of Object.entries(command.skills)) skills.set(name, text)
      setInterval(beat, command.heartbeatMs)
      void load(command.entry, command.settings)
      break
    case 'run':
      run(command.attempt, command.assignment)
      break
    case 'stop': {
      const stopped = live.get(command.attempt)
      if (stopped !== undefined)
        AttemptContext.stop(stopped.context, new BosunError('ATTEMPT_DEAD', { at: command.attempt }))
      break
    }
    case 'part':
      live.get(command.attempt)?.calls.get(command.call)?.onPart?.(command.part)
      break
    case 'answer':
      answer(command)
      break
    case 'carryOut':
      void carryOut(command.attempt, command.call)
      break
    case 'refusal':
      answered(command)?.reject(
        Object.assign(
          new BosunError(command.error.code, command.error.at === undefined ? {} : { at: command.error.at }),
          {
            message: command.error.message,
          },
        ),
      )
      break
    case 'prepare':
      say({
        type: 'prepared',
        request: command.request,
        tasks: command.tasks.map((task) => {
          const prepared = prepareTask([...workers.values()], task)
          return { ...prepared, ...(prepared.outputs === undefined ? {} : { outputs: [...prepared.outputs] }) } as never
        }),
      })
      break
  }
}

async function load(entry: string, settings: PluginSettings | undefined): Promise<void> {
  try {
    resolveOwnImports(import.meta.url)
    const plugin = await pluginOf(await importPlugin(entry), entry, settings)
    const description = describePlugin(plugin, entry)
    findService = await openServices(plugin)
    for (const worker of plugin.workers) workers.set(worker.entry.name, worker)
    for (const tool of plugin.tools) tools.set(tool.declaration.name, tool)
    say({ type: 'ready', plugin: description })
  } catch (error) {
    say({ type: 'unfit', error: errorRecord(BosunError.from(error, 'PLUGIN_INVALID', { at: entry })) })
  }
}

async function importPlugin(entry: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(entry).href)
  } catch (error) {
    // What the permission model refuses is named beside the message, not in it.
    const resource = error instanceof Error && 'resource' in error ? ` ${String(error.resource)}` : ''
    throw BosunError.from(error, 'PLUGIN_INVALID', {
      at: placeOf(error, entry),
      received: `${error instanceof Error ? error.message : String(error)}${resource}`,
      summary: 'The code of a plugin cannot be loaded',
      fix: 'Correct it there; a worker imports @bosun/sdk, not bosun, and needs none of what its host refuses.',
    })
  }
}

/** The line that an error names: of a syntax error at the head of its stack, of others in a frame of the entry. */
function placeOf(error: unknown, entry: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const [, file, line] = /^(?:file:\/\/)?(\/\S+?):(\d+)\n/.exec(stack) ?? []
  if (file !== undefined) return `${file}:${line}`
  const frame = new RegExp(`${RegExp.escape(pathToFileURL(entry).href)}(:\\d+:\\d+)`).exec(stack)
  return `${entry}${frame?.[1] ?? ''}`
}

function run(attempt: string, assignment: Assignment): void {
  const worker = workers.get(assignment.worker)
  if (worker === undefined) {
    const error = new BosunError('WORKER_UNKNOWN', { at: assignment.task.id, received: assignment.worker })
    say({ type: 'error', attempt, error: errorRecord(error) })
    return
  }
  let needs: WorkerServices
  try {
    needs = servicesOf(worker, findService)
  } catch (error) {
    say({
      type: 'error',
      attempt,
      error: errorRecord(BosunError.from(error, 'PLUGIN_INVALID', { at: worker.entry.name })),
    })
    return
  }
  const calls: Live['calls'] = new Map()
  const { run: id, task } = assignment
  const key = idempotencyKey(id, task.id)
  const ownTool: OwnTool = (name, input, signal) => {
    const tool = tools.get((worker.tools as ToolUses)[name]?.tool ?? '')
    if (tool !== undefined) return runOwnTool(tool, input, { attempt, idempotencyKey: key, signal })
    return Promise.reject(new BosunError('TOOL_UNKNOWN', { at: name }))
  }
  const context = new AttemptContext(assignment, outlets(attempt, calls, ownTool), {
    toolNames: Object.keys(worker.tools as object),
    clock,
    skills: (assignment.task.skills ?? []).flatMap((name) => skills.get(name) ?? []),
    needs,
    ...(worker.entry.model === undefined ? {} : { model: worker.entry.model }),
  })
  live.set(attempt, { context, calls })
  runWorker(worker, assignment, assignment.task.body, context, (end) => {
    AttemptContext.end(context)
    live.delete(attempt)
    if ('error' in end) say({ type: 'error', attempt, error: end.error })
    else sayBounded({ type: 'result', attempt, result: end.result }, (error) => say({ type: 'error', attempt, error }))
  })
}

function outlets(attempt: string, calls: Live['calls'], ownTool: OwnTool) {
  let leftLength = REPORTED_LENGTH_MAX
  const report = (message: Extract<HostMessage, { type: 'discovered' | 'emitted' }>) => {
    leftLength -= sayBounded(message, rethrow, leftLength)
  }
  return {
    discovered: (item: Json) => report({ type: 'discovered', attempt, item }),
    emitted: (value: Json) => report({ type: 'emitted', attempt, value }),
    progress: (note: string, count: { readonly done: number; readonly total: number } | undefined) =>
      say(
        count === undefined
          ? { type: 'progress', attempt, note }
          : { type: 'progress', attempt, note, count: { ...count } },
      ),
    ask: (options: ModelOptions, signal: AbortSignal, onPart: Pending['onPart']): Promise<Json> => {
      if (signal.aborted) return Promise.reject(signal.reason as Error)
      const call = (callsCount += 1)
      const pending: Pending = { ...Promise.withResolvers<Json>(), onPart }
      sayBounded({ type: 'ask', attempt, call, options, streams: onPart !== undefined }, rethrow)
      calls.set(call, pending)
      const hangUp = () => {
        if (!calls.delete(call)) return
        if (live.get(attempt)?.calls === calls) say({ type: 'hangUp', attempt, call })
        pending.reject(signal.reason)
      }
      signal.addEventListener('abort', hangUp, { once: true })
      return pending.promise.finally(() => signal.removeEventListener('abort', hangUp))
    },
    call: (name: string, input: Json, signal: AbortSignal): Promise<Json> => {
      const call = (callsCount += 1)
      const pending: Pending = { ...Promise.withResolvers<Json>(), carryOut: () => ownTool(name, input, signal) }
      sayBounded({ type: 'call', attempt, call, name, input }, rethrow)
      calls.set(call, pending)
      return pending.promise
    },
  }
}

/** The broker has granted a call of a tool that is ours. It hears that it is done, and no more. */
async function carryOut(attempt: string, call: number): Promise<void> {
  const calls = live.get(attempt)?.calls
  const pending = calls?.get(call)
  if (pending?.carryOut === undefined) return
  let error: ErrorRecord | undefined
  try {
    pending.output = await pending.carryOut()
  } catch (fault) {
    error = errorRecord(BosunError.from(fault, 'TOOL_FAILED'))
  }
  // The attempt may have ended meanwhile, and is nobody's to speak of then.
  if (live.get(attempt)?.calls !== calls) return
  say(error === undefined ? { type: 'done', attempt, call } : { type: 'done', attempt, call, error })
}

function answer(command: { readonly attempt: string; readonly call: number; readonly output: Json }): void {
  const pending = answered(command)
  pending?.resolve(pending.output === undefined ? command.output : pending.output)
}

function rethrow(error: ErrorRecord): never {
  throw Object.assign(new BosunError(error.code), { message: error.message })
}

function answered(command: { readonly attempt: string; readonly call: number }): Pending | undefined {
  const calls = live.get(command.attempt)?.calls
  const pending = calls?.get(command.call)
  calls?.delete(command.call)
  return pending
}

function beat(): void {
  for (const attempt of live.keys()) say({ type: 'beat', attempt })
}

function say(message: HostMessage): void {
  channel.send(stringify(message))
}

const TOO_LARGE = { call: 'TOOL_INPUT_INVALID', ask: 'MODEL_CALL_INVALID' } as const

/** Says what a worker brings forth, unless it is too large for a message or for what is left. Returns its length. */
function sayBounded(
  message: HostMessage & { attempt: string },
  refuse: (error: ErrorRecord) => void,
  leftLength = MESSAGE_LENGTH_MAX,
): number {
  const json = stringify(message)
  const lengthMax = Math.min(leftLength, MESSAGE_LENGTH_MAX)
  if (json.length <= lengthMax) {
    channel.send(json)
    return json.length
  }
  const code = TOO_LARGE[message.type as keyof typeof TOO_LARGE] ?? 'RESULT_INVALID'
  refuse(
    errorRecord(
      new BosunError(code, {
        at: message.attempt,
        expected: `at most ${lengthMax} characters; large data belongs into files`,
        received: `${json.length}`,
      }),
    ),
  )
  return 0
}

/** The last words of a host go to its error output, which its owner keeps the end of. */
function crash(error: unknown): void {
  let text: string
  try {
    text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  } catch {
    text = `a ${typeof error}`
  }
  channel.flush()
  stderr.write(`uncaught: ${text}\n`)
  exit(CRASHED)
}

function endGroup(): void {
  try {
    kill(-pid, 'SIGKILL')
  } finally {
    exit(CRASHED)
  }
}

/** Takes away what reaches other processes, what would be a second way out, and flags that make V8 write files. */
function takeAway(): void {
  const names = ['kill', '_kill', 'abort', '_debugProcess', '_debugEnd', 'execve']
  // Node loads native addons with it, where the permission model lets it.
  if (!process.permission.has('addon')) names.push('dlopen')
  const gone = { value: undefined, writable: false, configurable: false }
  for (const name of [...names, 'binding', '_linkedBinding', 'send', 'disconnect', 'channel']) {
    Object.defineProperty(process, name, gone)
  }
  // The one variable that bubblewrap leaves behind; a host's environment is empty.
  delete process.env['PWD']
  // V8 itself knows nothing of the permission model: `--trace-turbo-path` names any folder.
  Object.defineProperty(v8, 'setFlagsFromString', gone)
  syncBuiltinESMExports()
}
