/**
 * One host: a real process of its own group that runs the code of one plugin.
 *
 * Rules. What arrives from it is believed as far as an attempt of this very host may say it, and not
 * an inch beyond. Each attempt that lives here ends exactly once; when the process is gone, those
 * that still live are lost, with its exit and its last words as the reason. A host that floods is
 * killed. Force is always SIGKILL to the whole group, which also ends a stopped process.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import type { Duplex, Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import {
  attemptId,
  BosunError,
  errorRecord,
  type Assignment,
  type Clock,
  type ErrorRecord,
  type Task,
} from '@bosun/core'
import { hasDeepOrReservedKeys, jsonFault, VALUE_DEPTH_MAX } from '@bosun/sdk'
import type { Redactor } from '../secrets/redactor.ts'
import type { PreparedTask } from '../tools/task-door.ts'
import { shown } from '../tools/shown.ts'
import { AttemptCalls } from './attempt-calls.ts'
import type { AttemptSinks } from './executor.ts'
import { hostCommand } from './host-command.ts'
import {
  HostMessageSchema,
  LINE_LENGTH_MAX,
  REPORTED_LENGTH_MAX,
  type HostCommand,
  type HostMessage,
  type PluginDescription,
} from './host-protocol.ts'
import { killGroup } from './kill-host-groups.ts'
import { LineChannel } from './line-channel.ts'
import { OutputTail } from './output-tail.ts'
import type { PluginLocation } from './plugin-location.ts'
import type { SandboxProbe } from './probe-sandbox.ts'
import { identifyProcess, type ProcessIdentity } from './process-identity.ts'

/** Forged messages of one host that are reported one by one, and how many end it. */
const VIOLATIONS_REPORTED_MAX = 20
const VIOLATIONS_MAX = 1_000
/** What one attempt may report besides its end; the host's own program holds to a lower bound. */
const REPORTS_MAX = 25_000
/** Beats and notes of one attempt within a second; those beyond are dropped, since the next tell the same. */
const PULSES_PER_SECOND_MAX = 1_000
/** What a host may leave unread: a few of the largest answers that there are. */
const BACKLOG_BYTES_MAX = 256 * 1024 * 1024
/** What one host may print to whoever watches. */
const OUTPUT_SHOWN_BYTES_MAX = 256 * 1024
/** Levels of a message: those of the data in it, and those around it; of one that becomes a fact, the message itself. */
const MESSAGE_DEPTH_MAX = VALUE_DEPTH_MAX + 8
const FACT_MESSAGE_DEPTH_MAX = VALUE_DEPTH_MAX + 1
const FACT_MESSAGES: ReadonlySet<unknown> = new Set(['result', 'emitted', 'discovered'])
const REPORTS: ReadonlySet<unknown> = new Set(['emitted', 'discovered'])
/** After the exit, how long its pipes may stay open before what is in them is given up. */
const DRAIN_MS = 1_000

/** A host as `host.started` records it. */
export interface HostRecord extends ProcessIdentity {
  readonly host: string
  readonly group: number
  readonly sandbox: string
}

/** Takes what a host prints; raw, so a terminal that shows it has to strip control bytes. */
export type OnOutput = (host: string, stream: 'stdout' | 'stderr', text: string) => void

export interface HostOptions {
  readonly id: string
  readonly plugin: PluginLocation
  readonly clock: Clock
  readonly heartbeatMs: number
  readonly startTimeoutMs: number
  readonly memoryMb: number
  /** What it is contained by. */
  readonly sandbox: SandboxProbe
  readonly skills: Readonly<Record<string, string>>
  /** The process exists; its plugin is not loaded yet. */
  readonly onStarted: (record: HostRecord) => void
  /** An attempt has ended and the host lives on. */
  readonly onFree: () => void
  /** What the host prints, as it is, up to a bound. */
  readonly onOutput: OnOutput | undefined
  /** Takes secrets out of what it prints. */
  readonly redactor: Redactor | undefined
  /** A forged message that no live attempt can be held to. */
  readonly onViolation: (error: ErrorRecord) => void
}

interface LiveAttempt {
  readonly assignment: Assignment
  readonly sinks: AttemptSinks
  /** Made by the first of them; ends with the attempt. */
  calls: AttemptCalls | undefined
  reportsCount: number
  /** Within the second that began at `pulsesFrom`. */
  pulsesCount: number
  pulsesFrom: number
  cancelKill: (() => void) | undefined
}

interface Preparation {
  readonly ids: ReadonlySet<string>
  readonly resolve: (tasks: readonly PreparedTask[]) => void
  readonly reject: (error: BosunError) => void
}

export class Host {
  readonly record: HostRecord
  /** Resolves with the plugin's description, rejects when the host cannot be used. */
  readonly ready: Promise<PluginDescription>
  /** Resolves when the process is gone and its attempts have ended. */
  readonly gone: Promise<void>
  readonly #options: HostOptions
  readonly #child: ChildProcess
  readonly #channel: LineChannel
  readonly #live = new Map<string, LiveAttempt>()
  readonly #preparations = new Map<number, Preparation>()
  readonly #errorOutput = new OutputTail()
  readonly #readiness = Promise.withResolvers<PluginDescription>()
  readonly #departure = Promise.withResolvers<void>()
  #isReady = false
  #isGone = false
  #violationsCount = 0
  #requestsCount = 0
  /** Of all lines with reports since the last attempt began. */
  #reportedLength = 0
  #shownBytes = 0
  #isDismissed = false
  #lastWords = ''
  /** Why it was killed, when it was by us. */
  #killReason: string | undefined

  /** @throws HOST_START_FAILED when there is no process at all */
  constructor(options: HostOptions) {
    this.#options = options
    this.ready = this.#readiness.promise
    this.gone = this.#departure.promise
    // Whoever asks for it gets the error; that nobody does is no fault.
    this.ready.catch(() => {})
    this.#child = this.#spawn()
    const pid = this.#child.pid
    if (pid === undefined) throw new BosunError('HOST_START_FAILED', { at: options.id })
    this.record = { host: options.id, group: pid, sandbox: options.sandbox.sandbox, ...identifyProcess(pid) }
    this.#channel = new LineChannel(this.#child.stdio[3] as unknown as Duplex, {
      lineLengthMax: LINE_LENGTH_MAX,
      onLine: (messages, line) => this.#takeLine(messages, line),
      onBroken: () => {
        this.#violation('a line that is no JSON')
        // It may have swallowed an honest message, so that an attempt would never end.
        this.kill('its channel is broken')
      },
      onOverflow: () => this.kill('it sent a message without an end'),
    })
    const cancelTimeout = options.clock.wakeAt(options.clock.now() + options.startTimeoutMs, () => {
      if (!this.#isReady) this.kill(`it was not ready within ${options.startTimeoutMs} ms`)
    })
    this.ready.then(cancelTimeout, cancelTimeout)
    this.#tell({
      type: 'begin',
      entry: options.plugin.entry,
      settings: options.plugin.settings,
      heartbeatMs: options.heartbeatMs,
      skills: options.skills,
    })
    options.onStarted(this.record)
  }

  get plugin(): PluginLocation {
    return this.#options.plugin
  }

  get isUsable(): boolean {
    return this.#isReady && !this.#isGone && this.#killReason === undefined
  }

  get attemptsCount(): number {
    return this.#live.size
  }

  /** Whether it was killed because nobody needs it any more. */
  get wasDismissed(): boolean {
    return this.#isDismissed
  }

  /** Why it is gone. */
  get lastWords(): string {
    return this.#lastWords
  }

  /** Bytes of its error output so far, and the last lines of it. */
  get errorOutput(): OutputTail {
    return this.#errorOutput
  }

  run(assignment: Assignment, sinks: AttemptSinks): void {
    const attempt = idOf(assignment)
    this.#reportedLength = 0
    this.#live.set(attempt, {
      assignment,
      sinks,
      calls: undefined,
      reportsCount: 0,
      pulsesCount: 0,
      pulsesFrom: -Infinity,
      cancelKill: undefined,
    })
    // Told before it is sent: an attempt that may have begun counts as begun, whatever happens next.
    sinks.started(this.#options.id)
    this.#tell({ type: 'run', attempt, assignment })
  }

  /** False when the attempt does not live here. */
  stop(assignment: Assignment, politeMs: number): boolean {
    const attempt = idOf(assignment)
    const live = this.#live.get(attempt)
    if (live === undefined) return false
    if (live.cancelKill !== undefined) return true
    this.#tell({ type: 'stop', attempt })
    const { clock } = this.#options
    live.cancelKill = clock.wakeAt(clock.now() + politeMs, () =>
      this.dismiss(`attempt ${attempt} did not stop within ${politeMs} ms`),
    )
    return true
  }

  /** Asks the plugin about tasks. @throws HOST_DIED when there is no answer in time */
  prepare(tasks: readonly Task[], timeoutMs: number): Promise<readonly PreparedTask[]> {
    const request = (this.#requestsCount += 1)
    const { promise, resolve, reject } = Promise.withResolvers<readonly PreparedTask[]>()
    this.#preparations.set(request, { ids: new Set(tasks.map((task) => task.id)), resolve, reject })
    const { clock } = this.#options
    const cancel = clock.wakeAt(clock.now() + timeoutMs, () =>
      this.kill(`it did not prepare tasks within ${timeoutMs} ms`),
    )
    this.#tell({ type: 'prepare', request, tasks })
    if (this.#isGone) reject(new BosunError('HOST_DIED', { at: this.#options.id }))
    return promise.finally(cancel)
  }

  /** Kills a host that did nothing wrong. */
  dismiss(reason: string): void {
    this.#isDismissed = true
    this.kill(reason)
  }

  kill(reason: string): void {
    if (this.#isGone) return
    this.#killReason ??= reason
    killGroup(this.record.group)
  }

  // Private

  #spawn(): ChildProcess {
    const { plugin, memoryMb, sandbox, id } = this.#options
    try {
      const { command, args } = hostCommand(plugin, memoryMb, sandbox)
      const child = spawn(command, args, {
        cwd: '/',
        env: {},
        // A group of its own, so that it and whatever it started can be killed as one.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        windowsHide: true,
      })
      // Always drained, so that a worker never blocks on a full pipe; what is kept is bounded.
      this.#listen('stdout', child.stdout)
      this.#listen('stderr', child.stderr)
      child.once('error', (error) => this.#end(`it could not be started: ${error.message}`))
      child.once('exit', (code, signal) => {
        // The pipes end with the process, unless somebody else holds them open.
        const drain = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), DRAIN_MS)
        child.once('close', () => {
          clearTimeout(drain)
          this.#end(signal === null ? `exit code ${code}` : `signal ${signal}`)
        })
      })
      return child
    } catch (error) {
      throw BosunError.from(error, 'HOST_START_FAILED', { at: id })
    }
  }

  #listen(stream: 'stdout' | 'stderr', source: Readable | null): void {
    const take = (chunk: Buffer) => {
      if (stream === 'stderr') this.#errorOutput.push(chunk)
      this.#show(stream, chunk)
    }
    const redacted = this.#options.redactor?.stream()
    if (redacted === undefined) {
      source?.on('data', take)
      return
    }
    const decoder = new StringDecoder('utf8')
    source?.on('data', (chunk: Buffer) => take(Buffer.from(redacted.push(decoder.write(chunk)))))
    source?.on('end', () => take(Buffer.from(redacted.push(decoder.end()) + redacted.end())))
  }

  /** Hands on what is printed, up to a bound that no flood passes. */
  #show(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const { onOutput, id } = this.#options
    if (onOutput === undefined || this.#shownBytes > OUTPUT_SHOWN_BYTES_MAX) return
    this.#shownBytes += chunk.length
    onOutput(id, stream, chunk.subarray(0, OUTPUT_SHOWN_BYTES_MAX).toString('utf8'))
    if (this.#shownBytes > OUTPUT_SHOWN_BYTES_MAX)
      onOutput(id, stream, '\n[… the rest of the output of this host is not shown]\n')
  }

  #tell(command: HostCommand): void {
    this.#send(JSON.stringify(command))
  }

  #send(json: string): void {
    if (this.#isGone) return
    if (this.#channel.backlogBytes > BACKLOG_BYTES_MAX) this.kill('it does not read what it is told')
    else this.#channel.send(json)
  }

  #takeLine(messages: readonly unknown[], line: string): void {
    // Looked for once per line; only a line that may hold one is searched for which message does.
    const isSuspicious = hasDeepOrReservedKeys(line)
    // A line holds more than its reports, so its host may send twice as much as its own program lets it.
    if (messages.some((message) => REPORTS.has(typeOf(message)))) this.#reportedLength += line.length
    if (this.#reportedLength > 2 * REPORTED_LENGTH_MAX) {
      this.kill(`it reported more than ${2 * REPORTED_LENGTH_MAX} characters`)
      return
    }
    for (const message of messages) {
      if (this.#violationsCount > VIOLATIONS_MAX) return
      const fault = isSuspicious ? jsonFault(message, depthMaxOf(message)) : undefined
      const parsed = fault === undefined ? HostMessageSchema.safeParse(message) : undefined
      if (parsed?.success === true) this.#take(parsed.data)
      else this.#violation(fault ?? 'a message of unknown form')
    }
  }

  #take(message: HostMessage): void {
    if (message.type === 'ready' || message.type === 'unfit') {
      if (this.#isReady) this.#violation(`a second ${message.type}`)
      else this.#settleReadiness(message)
      return
    }
    if (message.type === 'prepared') {
      this.#takePrepared(message)
      return
    }
    const live = this.#live.get(message.attempt)
    if (live === undefined) {
      this.#violation(`${message.type} of ${message.attempt}, which does not run here`)
      return
    }
    this.#takeOfAttempt(live, message)
  }

  #takeOfAttempt(live: LiveAttempt, message: Extract<HostMessage, { attempt: string }>): void {
    const { sinks } = live
    switch (message.type) {
      case 'beat':
        if (this.#mayPulse(live)) sinks.beat()
        break
      case 'progress':
        if (this.#mayPulse(live)) sinks.progress(message.note, message.count)
        break
      case 'discovered':
      case 'emitted':
        live.reportsCount += 1
        if (live.reportsCount > REPORTS_MAX) {
          this.kill(`attempt ${message.attempt} reported more than ${REPORTS_MAX} times`)
        } else if (message.type === 'discovered') sinks.discovered(message.item)
        else sinks.emitted(message.value)
        break
      case 'call':
        this.#callsOf(live, message.attempt).call(message)
        break
      case 'ask':
        this.#callsOf(live, message.attempt).ask(message)
        break
      case 'done':
        this.#callsOf(live, message.attempt).done(message)
        break
      case 'hangUp':
        live.calls?.hangUp(message)
        break
      case 'result':
        this.#endAttempt(message.attempt, live)
        sinks.result(message.result)
        this.#options.onFree()
        break
      case 'error':
        this.#endAttempt(message.attempt, live)
        sinks.error(message.error)
        this.#options.onFree()
        break
    }
  }

  #mayPulse(live: LiveAttempt): boolean {
    const now = this.#options.clock.now()
    if (now - live.pulsesFrom >= 1_000) {
      live.pulsesFrom = now
      live.pulsesCount = 0
    }
    live.pulsesCount += 1
    return live.pulsesCount <= PULSES_PER_SECOND_MAX
  }

  #settleReadiness(message: Extract<HostMessage, { type: 'ready' | 'unfit' }>): void {
    if (message.type === 'ready') {
      this.#isReady = true
      this.#readiness.resolve(message.plugin)
      return
    }
    const { code, at } = message.error
    const error = new BosunError(code, at === undefined ? {} : { at })
    this.#readiness.reject(Object.assign(error, { message: message.error.message }))
    this.kill('its plugin cannot be used')
  }

  #takePrepared(message: Extract<HostMessage, { type: 'prepared' }>): void {
    const preparation = this.#preparations.get(message.request)
    const { tasks } = message
    const isAnswer =
      preparation !== undefined &&
      tasks.length === preparation.ids.size &&
      new Set(tasks.map((task) => task.id)).size === tasks.length &&
      tasks.every((task) => preparation.ids.has(task.id))
    if (!isAnswer) {
      this.#violation('an answer that was not asked for')
      return
    }
    this.#preparations.delete(message.request)
    preparation.resolve(tasks as readonly PreparedTask[])
  }

  #callsOf(live: LiveAttempt, attempt: string): AttemptCalls {
    return (live.calls ??= new AttemptCalls(attempt, live.sinks, {
      send: (json) => this.#send(json),
      kill: (reason) => this.kill(reason),
      violation: (received) => this.#violation(received),
    }))
  }

  #endAttempt(attempt: string, live: LiveAttempt): void {
    this.#live.delete(attempt)
    live.cancelKill?.()
    live.calls?.end()
  }

  #violation(received: string): void {
    this.#violationsCount += 1
    if (this.#violationsCount > VIOLATIONS_MAX) {
      this.kill(`it sent more than ${VIOLATIONS_MAX} messages that its role does not have`)
    }
    if (this.#violationsCount > VIOLATIONS_REPORTED_MAX) return
    const error = errorRecord(
      new BosunError('MESSAGE_FORGED', {
        at: this.#options.id,
        expected: 'a report of an attempt that runs there',
        received: shown(received),
      }),
    )
    const [first] = this.#live.values()
    if (first === undefined) this.#options.onViolation(error)
    else first.sinks.violation(error)
  }

  #end(how: string): void {
    if (this.#isGone) return
    this.#isGone = true
    // There is none when there never was a process.
    this.#channel?.close()
    const words = this.#errorOutput.lastLines()
    const reason = [this.#killReason === undefined ? how : `killed, because ${this.#killReason}`, words]
      .filter(Boolean)
      .join(': ')
    this.#lastWords = reason
    const error = new BosunError(this.#isReady ? 'HOST_DIED' : 'HOST_START_FAILED', {
      at: this.#options.id,
      received: reason,
    })
    this.#readiness.reject(error)
    for (const preparation of this.#preparations.values()) preparation.reject(error)
    this.#preparations.clear()
    for (const [attempt, live] of this.#live) {
      this.#endAttempt(attempt, live)
      live.sinks.lost(errorRecord(error))
    }
    this.#departure.resolve()
  }
}

function idOf(assignment: Assignment): string {
  return attemptId(assignment.run, assignment.task.id, assignment.epoch)
}

function typeOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, 'type') : undefined
}

function depthMaxOf(message: unknown): number {
  return FACT_MESSAGES.has(typeOf(message)) ? FACT_MESSAGE_DEPTH_MAX : MESSAGE_DEPTH_MAX
}
