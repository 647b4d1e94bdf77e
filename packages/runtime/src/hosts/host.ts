/**
 * One host: a real process of its own group that runs the code of one plugin.
 *
 * Rules. What arrives from it is believed as far as an attempt of this very host may say it, and not
 * an inch beyond. Each attempt that lives here ends exactly once; when the process is gone, those
 * that still live are lost, with its exit and its last words as the reason. A host that floods is
 * killed. Force is always SIGKILL to the whole group, which also ends a stopped process.
 */
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
import { HostProcess, type OnOutput } from './host-process.ts'
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
import type { PluginLocation } from './plugin-location.ts'
import { Preparations } from './preparations.ts'
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
/** Levels of a message: those of the data in it, and those around it; of one that becomes a fact, the message itself. */
const MESSAGE_DEPTH_MAX = VALUE_DEPTH_MAX + 8
const FACT_MESSAGE_DEPTH_MAX = VALUE_DEPTH_MAX + 1
const FACT_MESSAGES: ReadonlySet<unknown> = new Set(['result', 'emitted', 'discovered'])
const REPORTS: ReadonlySet<unknown> = new Set(['emitted', 'discovered'])
/** A host as `host.started` records it. */
export interface HostRecord extends ProcessIdentity {
  readonly host: string
  readonly group: number
  readonly sandbox: string
}

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

export class Host {
  readonly record: HostRecord
  /** Resolves with the plugin's description, rejects when the host cannot be used. */
  readonly ready: Promise<PluginDescription>
  /** Resolves when the process is gone and its attempts have ended. */
  readonly gone: Promise<void>
  readonly #options: HostOptions
  readonly #process: HostProcess
  readonly #channel: LineChannel
  readonly #live = new Map<string, LiveAttempt>()
  readonly #preparations = new Preparations()
  readonly #readiness = Promise.withResolvers<PluginDescription>()
  readonly #departure = Promise.withResolvers<void>()
  #isReady = false
  #isGone = false
  #violationsCount = 0
  /** Of all lines with reports since the last attempt began. */
  #reportedLength = 0
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
    this.#process = new HostProcess({ ...options, onEnd: (how) => this.#end(how) })
    const { pid, socket } = this.#process
    this.record = { host: options.id, group: pid, sandbox: options.sandbox.sandbox, ...identifyProcess(pid) }
    this.#channel = new LineChannel(socket, {
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
    const { request, answer } = this.#preparations.ask(tasks)
    const { clock } = this.#options
    const cancel = clock.wakeAt(clock.now() + timeoutMs, () =>
      this.kill(`it did not prepare tasks within ${timeoutMs} ms`),
    )
    this.#tell({ type: 'prepare', request, tasks })
    if (this.#isGone) this.#preparations.rejectAll(new BosunError('HOST_DIED', { at: this.#options.id }))
    return answer.finally(cancel)
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
      if (!this.#preparations.take(message.request, message.tasks)) this.#violation('an answer that was not asked for')
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
    const cause = this.#killReason === undefined ? how : `killed, because ${this.#killReason}`
    const reason = [cause, this.#process?.lastWords].filter(Boolean).join(': ')
    this.#lastWords = reason
    const error = new BosunError(this.#isReady ? 'HOST_DIED' : 'HOST_START_FAILED', {
      at: this.#options.id,
      received: reason,
    })
    this.#readiness.reject(error)
    this.#preparations.rejectAll(error)
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
