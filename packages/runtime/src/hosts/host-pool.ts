/**
 * The hosts of a process, reused from attempt to attempt.
 *
 * Theory of operation. Attempts of a plugin wait in one row; whenever a host of the plugin is free,
 * the first goes there; as long as more wait than hosts are starting, one more is started, up to the
 * most that there may be, for which an idle host of another plugin makes room. A host that dies by
 * itself is replaced, but not oftener than the restart bound allows: beyond it, attempts wait, and
 * whoever watches is told.
 */
import { BosunError, errorRecord, type Assignment, type Clock, type ErrorRecord, type Task } from '@bosun/core'
import type { Redactor } from '../secrets/redactor.ts'
import { checkedAnswer, type PreparedTask } from '../tools/task-door.ts'
import type { AttemptSinks } from './executor.ts'
import { Host, type HostRecord } from './host.ts'
import type { OnOutput } from './host-process.ts'
import type { PluginDescription } from './host-protocol.ts'
import type { PluginLocation } from './plugin-location.ts'
import { machineSandbox, type SandboxProbe } from './probe-sandbox.ts'
import { RestartBound } from './restart-bound.ts'

/** Tasks that a host is asked about with one message. */
const PREPARED_AT_ONCE_MAX = 500
const PREPARE_TIMEOUT_MS = 10_000
const PREPARE_TRIES_MAX = 3

export interface HostPoolOptions {
  readonly clock: Clock
  /** Hosts at the same time, of all plugins. @defaultValue 8 */
  readonly hostsMax?: number
  /** Attempts that share a host; more than one share its memory and its event loop. @defaultValue 1 */
  readonly attemptsPerHost?: number
  /** How often a host beats for each of its attempts. @defaultValue 2,000 */
  readonly heartbeatMs?: number
  /** How long a host may take to load its plugin. @defaultValue 20,000 */
  readonly startTimeoutMs?: number
  /** Heap of one host, in MiB. @defaultValue 512 */
  readonly memoryMb?: number
  /** What hosts are contained by. @defaultValue what this machine offers */
  readonly sandbox?: SandboxProbe
  /** Starts after a death, per plugin, within `restartsWithinMs`. @defaultValue 5 within 10,000 */
  readonly restartsMax?: number
  readonly restartsWithinMs?: number
  /** Instructions of skills by name. @defaultValue none */
  readonly skills?: Readonly<Record<string, string>>
  /** Takes secrets out of what hosts print. @defaultValue none */
  readonly redactor?: Redactor
  /** A process was started; for the fact that recovery finds it by. */
  readonly onHostStarted?: (record: HostRecord) => void
  /** What hosts print, raw, at most 256 KiB of each. @defaultValue dropped */
  readonly onOutput?: OnOutput
  /** A host died, a bound was reached, a message was forged outside of any attempt. */
  readonly onTrouble?: (error: ErrorRecord) => void
}

interface Waiting {
  readonly assignment: Assignment
  readonly sinks: AttemptSinks
}

/** All that is held for one plugin. */
interface Lane {
  readonly plugin: PluginLocation
  readonly waiting: Waiting[]
  readonly hosts: Set<Host>
  startingCount: number
  readonly restarts: RestartBound
  cancelRestart: (() => void) | undefined
  /** The host that describes the plugin and prepares tasks; it runs no attempt, so it is never busy. */
  door: Promise<Host> | undefined
}

export class HostPool {
  readonly #options: Required<
    Omit<HostPoolOptions, 'onHostStarted' | 'onTrouble' | 'onOutput' | 'sandbox' | 'redactor'>
  >
  readonly #onHostStarted: (record: HostRecord) => void
  readonly #onTrouble: (error: ErrorRecord) => void
  readonly #onOutput: OnOutput | undefined
  readonly #redactor: Redactor | undefined
  readonly #sandbox: SandboxProbe | undefined
  /** By the entry of the plugin and its options: what has other options is another plugin. */
  readonly #lanes = new Map<string, Lane>()
  readonly #all = new Set<Host>()
  #startedCount = 0
  /** Set while attempts wait for a host. */
  #cancelBeat: (() => void) | undefined
  #isClosed = false

  constructor(options: HostPoolOptions) {
    this.#options = {
      hostsMax: 8,
      attemptsPerHost: 1,
      heartbeatMs: 2_000,
      startTimeoutMs: 20_000,
      memoryMb: 512,
      restartsMax: 5,
      restartsWithinMs: 10_000,
      skills: {},
      ...options,
    }
    this.#onHostStarted = options.onHostStarted ?? (() => {})
    this.#onTrouble = options.onTrouble ?? (() => {})
    this.#onOutput = options.onOutput
    this.#redactor = options.redactor
    this.#sandbox = options.sandbox
  }

  /** The hosts that are there now. */
  hosts(): readonly HostRecord[] {
    return [...this.#all].map((host) => host.record)
  }

  run(plugin: PluginLocation, assignment: Assignment, sinks: AttemptSinks): void {
    if (this.#isClosed) {
      sinks.abandoned()
      return
    }
    const lane = this.#lane(plugin)
    lane.waiting.push({ assignment, sinks })
    this.#serve(lane)
    if (lane.waiting.length > 0) this.#beatForWaiting()
  }

  stop(assignment: Assignment, politeMs: number): void {
    for (const host of this.#all) if (host.stop(assignment, politeMs)) return
    for (const lane of this.#lanes.values()) {
      const index = lane.waiting.findIndex((waiting) => isSame(waiting.assignment, assignment))
      if (index < 0) continue
      const [waiting] = lane.waiting.splice(index, 1)
      waiting?.sinks.abandoned()
      return
    }
  }

  /** What a plugin is, told by a host of its own. @throws PLUGIN_INVALID, PLUGIN_API_VERSION, HOST_START_FAILED */
  async describe(plugin: PluginLocation): Promise<PluginDescription> {
    const door = await this.#door(plugin)
    return door.ready
  }

  /** Asks a plugin about tasks, one answer each, in order; when its host cannot answer, each answer says so. */
  async prepare(plugin: PluginLocation, tasks: readonly Task[]): Promise<readonly PreparedTask[]> {
    const prepared: PreparedTask[] = []
    for (let from = 0; from < tasks.length; from += PREPARED_AT_ONCE_MAX) {
      // One question after the other: the host answers them in this order anyway.
      // oxlint-disable-next-line no-await-in-loop
      prepared.push(...(await this.#prepareSome(plugin, tasks.slice(from, from + PREPARED_AT_ONCE_MAX))))
    }
    return prepared
  }

  /** Asking changes nothing: a host that dies meanwhile is replaced, and its successor is asked again. */
  async #prepareSome(plugin: PluginLocation, tasks: readonly Task[]): Promise<readonly PreparedTask[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        const door = await this.#door(plugin)
        // oxlint-disable-next-line no-await-in-loop
        const answers = new Map((await door.prepare(tasks, PREPARE_TIMEOUT_MS)).map((answer) => [answer.id, answer]))
        return tasks.map((task) => checkedAnswer(task, answers.get(task.id)))
      } catch (error) {
        const known = BosunError.from(error, 'HOST_DIED', { at: plugin.specifier })
        const canBeMended = known.code === 'HOST_DIED' || known.code === 'HOST_START_FAILED'
        if (canBeMended && tries < PREPARE_TRIES_MAX && !this.#isClosed) continue
        return tasks.map(({ id }) => ({ id, error: errorRecord(known) }))
      }
    }
  }

  /**
   * Beats for attempts that wait for a host, as hosts do for those they run. Their wait is bounded by
   * the time a host may take to start and by the time of the attempt; a slow start must not pass for
   * the silence of a worker.
   */
  #beatForWaiting(): void {
    const { clock, heartbeatMs } = this.#options
    this.#cancelBeat ??= clock.wakeAt(clock.now() + heartbeatMs, () => {
      this.#cancelBeat = undefined
      const waiting = Array.from(this.#lanes.values()).flatMap((lane) => lane.waiting)
      for (const { sinks } of waiting) sinks.beat()
      if (waiting.length > 0) this.#beatForWaiting()
    })
  }

  /** Kills every host and waits until they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelBeat?.()
    for (const lane of this.#lanes.values()) {
      lane.cancelRestart?.()
      for (const { sinks } of lane.waiting.splice(0)) sinks.abandoned()
    }
    await Promise.all(
      [...this.#all].map((host) => {
        host.dismiss('the pool was closed')
        return host.gone
      }),
    )
  }

  // Private

  #lane(plugin: PluginLocation): Lane {
    const options = plugin.settings?.options
    const key = options === undefined ? plugin.entry : `${plugin.entry} ${JSON.stringify(options)}`
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = {
        plugin,
        waiting: [],
        hosts: new Set(),
        startingCount: 0,
        restarts: new RestartBound(this.#options.restartsMax, this.#options.restartsWithinMs),
        cancelRestart: undefined,
        door: undefined,
      }
      this.#lanes.set(key, lane)
    }
    return lane
  }

  #serve(lane: Lane): void {
    if (this.#isClosed) return
    for (const host of lane.hosts) {
      while (host.isUsable && host.attemptsCount < this.#options.attemptsPerHost) {
        const next = lane.waiting.shift()
        if (next === undefined) return
        host.run(next.assignment, next.sinks)
      }
    }
    while (lane.waiting.length > lane.startingCount * this.#options.attemptsPerHost && this.#mayStart(lane)) {
      this.#startFor(lane)
    }
  }

  /** A host of the lane has room. If nobody waits for it, its place may be what another plugin waits for. */
  #serveFreed(lane: Lane): void {
    this.#serve(lane)
    if (lane.waiting.length > 0) return
    for (const other of this.#lanes.values()) if (other.waiting.length > 0) this.#serve(other)
  }

  /** Whether one more host may be started now; when time alone is missing, `serve` is called again. */
  #mayStart(lane: Lane): boolean {
    const { clock, hostsMax } = this.#options
    const now = clock.now()
    const startAt = lane.restarts.mayStartAt(now)
    if (startAt > now) {
      if (lane.cancelRestart === undefined) {
        const { restartsMax, restartsWithinMs } = this.#options
        this.#trouble(
          'HOST_START_FAILED',
          lane,
          `${restartsMax} deaths within ${restartsWithinMs} ms; waiting before the next start`,
        )
        lane.cancelRestart = clock.wakeAt(startAt, () => {
          lane.cancelRestart = undefined
          this.#serve(lane)
        })
      }
      return false
    }
    const attempting = [...this.#lanes.values()].reduce((count, { hosts }) => count + hosts.size, 0)
    if (attempting < hostsMax) return true
    // Its end calls `serve` for every lane.
    for (const other of this.#lanes.values()) {
      if (other === lane || other.waiting.length > 0) continue
      for (const host of other.hosts) {
        if (host.isUsable && host.attemptsCount === 0) {
          host.dismiss('another plugin needs the place')
          return false
        }
      }
    }
    return false
  }

  #startFor(lane: Lane): void {
    lane.startingCount += 1
    let host: Host
    try {
      host = this.#start(lane)
    } catch (error) {
      lane.startingCount -= 1
      this.#failStart(lane, error)
      return
    }
    lane.hosts.add(host)
    void this.#awaitStart(lane, host)
  }

  async #awaitStart(lane: Lane, host: Host): Promise<void> {
    let failure: unknown
    await host.ready.catch((error: unknown) => {
      failure = error
    })
    lane.startingCount -= 1
    if (failure === undefined) this.#serveFreed(lane)
    else this.#failStart(lane, failure)
  }

  /** The attempts that this start was for are told; it is not tried for them again. */
  #failStart(lane: Lane, error: unknown): void {
    const cause = BosunError.from(error, 'HOST_START_FAILED', { at: lane.plugin.specifier })
    const failed = new BosunError('HOST_START_FAILED', { at: lane.plugin.specifier, received: cause.message, cause })
    for (const { sinks } of lane.waiting.splice(0, this.#options.attemptsPerHost)) sinks.lost(errorRecord(failed))
  }

  #start(lane: Lane): Host {
    const { clock, heartbeatMs, startTimeoutMs, memoryMb, skills } = this.#options
    this.#startedCount += 1
    const host = new Host({
      id: `host-${process.pid}-${this.#startedCount}`,
      plugin: lane.plugin,
      clock,
      heartbeatMs,
      startTimeoutMs,
      memoryMb,
      sandbox: this.#sandbox ?? machineSandbox(),
      skills,
      onStarted: this.#onHostStarted,
      onFree: () => this.#serveFreed(lane),
      onOutput: this.#onOutput,
      redactor: this.#redactor,
      onViolation: this.#onTrouble,
    })
    this.#all.add(host)
    void this.#follow(lane, host)
    return host
  }

  async #follow(lane: Lane, host: Host): Promise<void> {
    await host.gone
    this.#all.delete(host)
    lane.hosts.delete(host)
    if (!host.wasDismissed) {
      lane.restarts.died(this.#options.clock.now())
      this.#trouble('HOST_DIED', lane, host.lastWords)
    }
    for (const each of this.#lanes.values()) this.#serve(each)
  }

  #door(plugin: PluginLocation): Promise<Host> {
    const lane = this.#lane(plugin)
    lane.door ??= this.#openDoor(lane)
    return lane.door
  }

  async #openDoor(lane: Lane): Promise<Host> {
    const forget = () => {
      lane.door = undefined
    }
    try {
      if (this.#isClosed)
        throw new BosunError('HOST_START_FAILED', { at: lane.plugin.specifier, received: 'the pool is closed' })
      const host = this.#start(lane)
      void host.gone.then(forget)
      await host.ready
      return host
    } catch (error) {
      forget()
      throw error
    }
  }

  #trouble(code: 'HOST_DIED' | 'HOST_START_FAILED', lane: Lane, received: string): void {
    this.#onTrouble(errorRecord(new BosunError(code, { at: lane.plugin.specifier, received })))
  }
}

function isSame(one: Assignment, other: Assignment): boolean {
  return one.task.id === other.task.id && one.epoch === other.epoch && one.run === other.run
}
