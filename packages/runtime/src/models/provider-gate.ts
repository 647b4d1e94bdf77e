/** The gate in front of one provider: how many calls, how often, when again, and when not at all. */
import { BosunError, type Clock } from '@bosun/core'

/** How one wire call ended. */
export type WireOutcome<T> = { readonly answer: T } | { readonly fault: WireFault }

/** Why a wire call brought no answer. */
export interface WireFault {
  /**
   * `final`: another try would end the same way; `again`: it may not; `rate`: too many calls;
   * `spent`: no calls at all until somebody pays or time passes.
   */
  readonly kind: 'final' | 'again' | 'rate' | 'spent'
  /** What the caller gets where no further try is made. */
  readonly error: BosunError
  /** How long the provider asks to be left alone. */
  readonly retryAfterMs?: number
}

export interface GateOptions {
  /** The provider, for messages. */
  readonly name: string
  readonly clock: Clock
  /** Wire calls under way at the same time. */
  readonly concurrencyMax: number
  /** Wire calls begun within any minute. @defaultValue as many as there are */
  readonly callsPerMinuteMax?: number | undefined
  /** Wire calls for one call asked for. */
  readonly triesMax: number
  /** From 0 up to 1: spreads the tries of many callers. @defaultValue chance */
  readonly random?: () => number
}

const MINUTE_MS = 60_000
/** Longest time that a caller is kept waiting by `retry-after`; a provider that asks for more is closed for now. */
const PATIENCE_MS = 60_000
/** How long a closed provider is left alone at least. */
const COOL_DOWN_MS = 30_000
/** Longest wait before the second try; it doubles with each further one. */
const BACKOFF_MS = 250

interface Waiting {
  /** Who asked first goes first. */
  readonly ticket: number
  readonly readyAt: number
  readonly enter: () => void
  readonly refuse: (error: unknown) => void
}

/**
 * All wire calls to one provider pass here, of every attempt: first come, first served, bounded in
 * number and rate, never inside a `retry-after`, each call tried a bounded number of times.
 *
 * When a call has used up its tries on rate limits, or the provider says that the quota is spent,
 * the gate closes: whoever waits and whoever comes is refused at once with MODEL_QUOTA_SPENT. After
 * the time that the provider named, or 30 s, one call is let through; its answer opens the gate.
 */
export class ProviderGate {
  readonly #options: GateOptions
  readonly #random: () => number
  #waiting: Waiting[] = []
  #tickets = 0
  #active = 0
  /** When the calls of the last minute began. */
  #begun: number[] = []
  /** No call to the provider before this instant. */
  #notBefore = 0
  /** Set while the gate is closed; once it has passed, a single call may try. */
  #closed: { readonly until: number; readonly error: BosunError } | undefined
  #disarm: () => void = () => undefined

  constructor(options: GateOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
  }

  /**
   * Makes a wire call, and again while that can help.
   *
   * @param wire rejects only with the reason of the signal
   * @throws the error of the fault, MODEL_QUOTA_SPENT, or the reason of the signal
   */
  async run<T>(wire: () => Promise<WireOutcome<T>>, signal: AbortSignal): Promise<T> {
    const ticket = (this.#tickets += 1)
    let readyAt = 0
    for (let tries = 1; ; tries += 1) {
      await this.#enter(ticket, readyAt, signal)
      try {
        signal.throwIfAborted()
        const outcome = await wire()
        if ('answer' in outcome) {
          this.#reopen()
          return outcome.answer
        }
        readyAt = this.#learn(outcome.fault, tries)
      } finally {
        this.#active -= 1
        this.#pump()
      }
    }
  }

  // Waiting

  async #enter(ticket: number, readyAt: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#closed !== undefined && this.#now() < this.#closed.until) throw this.#closed.error
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const entry: Waiting = { ticket, readyAt, enter: resolve, refuse: reject }
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry)
      reject(signal.reason)
      this.#pump()
    }
    signal.addEventListener('abort', leave, { once: true })
    const place = this.#waiting.findIndex((other) => other.ticket > ticket)
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, entry)
    this.#pump()
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  /** Lets in whoever may enter now, and sees to it that the next one is let in later. */
  #pump(): void {
    this.#disarm()
    const { clock, concurrencyMax } = this.#options
    while (this.#waiting.length > 0 && this.#active < (this.#closed === undefined ? concurrencyMax : 1)) {
      const now = this.#now()
      const opensAt = Math.max(this.#notBefore, this.#rateOpensAt(now))
      const next = opensAt <= now ? this.#waiting.find(({ readyAt }) => readyAt <= now) : undefined
      if (next === undefined) {
        const readyAt = Math.min(...this.#waiting.map((entry) => entry.readyAt))
        this.#disarm = clock.wakeAt(Math.max(opensAt, readyAt), () => this.#pump())
        return
      }
      this.#waiting = this.#waiting.filter((other) => other !== next)
      this.#active += 1
      this.#begun.push(now)
      next.enter()
    }
  }

  #rateOpensAt(now: number): number {
    const { callsPerMinuteMax = Number.POSITIVE_INFINITY } = this.#options
    this.#begun = this.#begun.filter((begunAt) => begunAt > now - MINUTE_MS)
    const oldest = this.#begun[0]
    return oldest === undefined || this.#begun.length < callsPerMinuteMax ? now : oldest + MINUTE_MS
  }

  #now(): number {
    return this.#options.clock.now()
  }

  // What a fault means for everybody

  /** @returns when the call may be tried again */
  #learn(fault: WireFault, tries: number): number {
    const now = this.#now()
    const restMs = fault.retryAfterMs ?? 0
    this.#notBefore = Math.max(this.#notBefore, now + restMs)
    const isLastTry = tries >= this.#options.triesMax
    const isRate = fault.kind === 'rate'
    if (fault.kind === 'spent' || restMs > PATIENCE_MS || (isRate && (isLastTry || this.#closed !== undefined))) {
      throw this.#close(now + Math.max(restMs, COOL_DOWN_MS), fault.error)
    }
    if (fault.kind === 'final') this.#reopen()
    if (fault.kind === 'final' || isLastTry) throw fault.error
    const backoffMs = BACKOFF_MS * 2 ** (tries - 1) * (1 - this.#random() / 2)
    const readyAt = now + Math.max(restMs, Math.floor(backoffMs))
    // A rate limit is everybody's, also where the provider does not say how long it lasts.
    if (isRate) this.#notBefore = Math.max(this.#notBefore, readyAt)
    return readyAt
  }

  #close(until: number, { received }: BosunError): BosunError {
    const laterUntil = Math.max(until, this.#closed?.until ?? 0)
    const error = new BosunError('MODEL_QUOTA_SPENT', {
      at: this.#options.name,
      expected: `no call before ${new Date(laterUntil).toISOString()}`,
      ...(received === undefined ? {} : { received }),
    })
    this.#closed = { until: laterUntil, error }
    for (const { refuse } of this.#waiting.splice(0)) refuse(error)
    return error
  }

  /** An answer after the time of closure shows that calls are taken again. */
  #reopen(): void {
    if (this.#closed !== undefined && this.#now() >= this.#closed.until) this.#closed = undefined
  }
}
