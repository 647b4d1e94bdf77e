/**
 * The runs of a state folder that go on, and those that wait for their turn.
 *
 * Theory of operation. Whoever wants to manage a run takes a ticket, and gives it back when the run has
 * ended or rests. Tickets of processes that have died count for nothing. A run may go on when fewer than
 * `runsMax` living tickets are older than its own. Tickets are numbered in the order in which they are
 * taken, so that is first come, first served over all processes; and since a ticket only moves forward,
 * whoever finds that it is its turn needs no lock to believe it. Who gives a ticket back rings those that
 * wait; that a process has died, they see by looking.
 */
import { BosunError } from '@bosun/core'
import { listenForRing, ring } from '../journal/command-bell.ts'
import { isAlive, isSameOwner, thisProcess } from '../journal/owner.ts'
import type { Entrant, RunQueue, Turn, Waiting, Withdrawal } from './run-queue.ts'
import { TicketStore, type Ticket } from './ticket-store.ts'

/** How often those that wait look for processes that have died. */
const LOOK_MS = 500

/** The queue of a state folder, over all processes of this machine. */
export class TicketQueue implements RunQueue {
  readonly #stateDir: string | undefined
  readonly #runsMax: number
  readonly #tickets: TicketStore
  /** Wakes those of this object that wait, by the number of their ticket. */
  readonly #wakes = new Map<number, () => void>()
  /** Tickets that were taken here and not given back. */
  readonly #own = new Set<number>()
  #isClosed = false

  /**
   * @param stateDir folder whose processes count as one; absent: this object alone
   * @param runsMax runs that go on at the same time
   */
  constructor(stateDir: string | undefined, runsMax: number) {
    this.#stateDir = stateDir
    this.#runsMax = runsMax
    this.#tickets = new TicketStore(stateDir)
  }

  /** @throws RUN_BUSY, RUN_ENDED, JOURNAL_WRITE_FAILED */
  async enter(entrant: Entrant): Promise<Turn> {
    const id = this.#take(entrant)
    this.#own.add(id)
    const leave = () => this.#leave(id)
    try {
      return { withdrawn: await this.#turn(id, entrant), leave }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** The runs that wait, the next one first. */
  waiting(): readonly (Waiting & Pick<Ticket, 'manager' | 'at' | 'owner'>)[] {
    return this.#living().flatMap((ticket, index) => {
      const place = index - ticket.runsMax + 1
      return place > 0 ? [{ ...ticket, place }] : []
    })
  }

  /** Has a waiting run give up its place, and its process put that down. False when it does not wait. */
  async withdraw(run: string, why: Withdrawal): Promise<boolean> {
    const ticket = this.#living().find((one, index) => one.run === run && index >= one.runsMax)
    if (ticket === undefined) return false
    this.#tickets.withdraw(ticket.id, why)
    await this.#ring(ticket)
    return true
  }

  close(): void {
    this.#isClosed = true
    for (const wake of this.#wakes.values()) wake()
    this.#closeIfUnused()
  }

  // ---------------------------------------------------------------------------------------------

  /** Takes a ticket, or that of the process that the run is taken from. */
  #take({ run, manager, takesOver }: Entrant): number {
    const owner = thisProcess()
    const held = this.#living().find((ticket) => ticket.run === run)
    if (held === undefined) {
      return this.#tickets.add({ run, manager, at: Date.now(), runsMax: this.#runsMax, owner })
    }
    if (!takesOver || isSameOwner(held.owner, owner)) {
      throw new BosunError('RUN_BUSY', { at: run, received: `process ${held.owner.pid}` })
    }
    this.#tickets.give(held.id, owner)
    return held.id
  }

  async #turn(id: number, { run, onWait }: Entrant): Promise<Withdrawal | undefined> {
    let told = 0
    for (;;) {
      if (this.#isClosed) throw new BosunError('RUN_ENDED', { at: run, received: 'a process that ends' })
      const living = this.#living()
      const index = living.findIndex((ticket) => ticket.id === id)
      const withdrawn = living[index]?.withdrawn
      const place = index - this.#runsMax + 1
      if (withdrawn !== undefined || place <= 0) return withdrawn
      if (place !== told) onWait?.({ run, place, runsMax: this.#runsMax })
      told = place
      // oxlint-disable-next-line no-await-in-loop
      await this.#woken(id, run)
    }
  }

  /** Resolves when a place may have become free. */
  async #woken(id: number, run: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wakes.set(id, resolve)
    const timer = setTimeout(resolve, LOOK_MS)
    const deafen = this.#stateDir === undefined ? undefined : listenForRing(this.#stateDir, run, resolve)
    await promise
    clearTimeout(timer)
    deafen?.()
    this.#wakes.delete(id)
  }

  #leave(id: number): void {
    if (!this.#own.delete(id)) return
    try {
      this.#tickets.remove([{ id, owner: thisProcess() }])
      for (const ticket of this.#living().slice(this.#runsMax - 1)) void this.#ring(ticket)
    } catch {
      // The ticket then counts for as long as this process lives.
    }
    this.#closeIfUnused()
  }

  #closeIfUnused(): void {
    if (this.#isClosed && this.#own.size === 0) this.#tickets.close()
  }

  async #ring(ticket: Ticket): Promise<void> {
    const here = this.#wakes.get(ticket.id)
    if (here !== undefined) here()
    else if (this.#stateDir !== undefined) await ring(this.#stateDir, ticket.run)
  }

  /** Tickets of processes that live; the others are dropped. */
  #living(): readonly Ticket[] {
    const alive = new Map<string, boolean>()
    const lives = ({ owner }: Ticket) => {
      const key = `${owner.pid} ${owner.startTime}`
      const known = alive.get(key) ?? isAlive(owner)
      alive.set(key, known)
      return known
    }
    const tickets = this.#tickets.all()
    const dead = tickets.filter((ticket) => !lives(ticket))
    if (dead.length > 0) this.#tickets.remove(dead)
    return tickets.filter((ticket) => !dead.includes(ticket))
  }
}
