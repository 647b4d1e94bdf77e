import type { AnyManager, Decision, ErrorRecord, Json, Message } from '@bosun/core'
import { createKernel, evolve, nextMessage, settleKernel, type Kernel } from '@bosun/kernel'
import { openSession, replayDecisions, type ManagerSession } from '@bosun/managers'
import type { Fact, Strategy } from '@bosun/core'

/** What decides on the messages of a run. */
export interface ManagerDriver {
  deliver(message: Message): { readonly decisions: readonly Decision[]; readonly failure?: ErrorRecord }
  /** The run goes on after its end; absent where a finish is not remembered. */
  reopen?(): void
}

/** A kernel with its manager, at the start or after a fold. */
export interface Life {
  readonly kernel: Kernel
  readonly driver: ManagerDriver
  /** The first message on which the manager decided otherwise than it had. */
  readonly diverged?: { readonly message: number; readonly expected: string; readonly received: string }
}

/** Makes the driver of a kernel; asked once for each life of the manager. */
export type DriverFactory = (kernel: Kernel) => ManagerDriver

/** A user's manager, driven as the runtime drives it. */
export function sessionDriver(
  manager: AnyManager,
  goal: Json,
  onViolation: (error: ErrorRecord) => void,
): DriverFactory {
  return ({ view }) => openSession(manager, { goal, view, onViolation })
}

/** Begins the life of a run that has no past. */
export function firstLife(strategy: Strategy, driverOf: DriverFactory): Life {
  const kernel = createKernel(strategy)
  return { kernel, driver: driverOf(kernel) }
}

/** Folds a journal, and brings a fresh program to where the old one was by delivering every message again. */
export function nextLife(strategy: Strategy, driverOf: DriverFactory, journal: readonly Fact[]): Life {
  const kernel = createKernel(strategy)
  const driver = driverOf(kernel)
  const replay = isSession(driver) ? new Lockstep(kernel, driver) : undefined
  for (const fact of journal) {
    replay?.before(fact)
    evolve(kernel.state, fact)
  }
  replay?.end()
  settleKernel(kernel)
  return replay?.diverged === undefined ? { kernel, driver } : { kernel, driver, diverged: replay.diverged }
}

// ---------------------------------------------------------------------------------------------

/** Only a program remembers; a driver that answers from the message alone has nothing to catch up with. */
function isSession(driver: ManagerDriver): driver is ManagerSession {
  return 'reopen' in driver
}

class Lockstep {
  diverged: Life['diverged']
  readonly #kernel: Kernel
  readonly #session: ManagerSession
  #pending: Message | undefined

  constructor(kernel: Kernel, session: ManagerSession) {
    this.#kernel = kernel
    this.#session = session
  }

  /** What a message led to is in the very next fact, if it led to anything. */
  before(fact: Fact): void {
    if (this.#pending !== undefined) this.#replay(fact)
    if (fact.type === 'run.reopened') this.#session.reopen()
    if (fact.type === 'message.delivered') this.#pending = nextMessage(this.#kernel.state, fact.at)?.message
  }

  end(): void {
    if (this.#pending !== undefined) this.#replay(undefined)
  }

  /** @param next what follows the delivery: its decisions, or that the run failed by it */
  #replay(next: Fact | undefined): void {
    const message = this.#pending as Message
    this.#pending = undefined
    const { diverged, failure } = replayDecisions(
      this.#session,
      message,
      next?.type === 'manager.decided' ? next.decisions : undefined,
    )
    if (this.diverged !== undefined) return
    if (diverged !== undefined) this.diverged = { message: message.seq, ...diverged }
    else if (failure !== undefined && next?.type !== 'run.failed') {
      this.diverged = { message: message.seq, expected: 'the recorded decisions', received: failure.message }
    }
  }
}
