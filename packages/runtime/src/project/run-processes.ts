import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Owner } from '@bosun/core'
import type { RecordedHost } from '../hosts/kill-host-groups.ts'
import { isAlive } from '../hosts/process-identity.ts'
import { aliveOf, processesBelow, type SeenProcess } from '../hosts/process-tree.ts'

/** How long the processes of a cancelled run may take to go: a host that does not listen is killed within it. */
const GONE_WITHIN_MS = 5_000
/** How long a killed process may take. */
const KILLED_WITHIN_MS = 1_000
const LOOK_EVERY_MS = 20

/** What is left of the processes of a run. */
export interface Survivors {
  readonly processes: readonly Pick<SeenProcess, 'pid' | 'name'>[]
  /** The process that managed the run, while it lives: it keeps its hosts, for other runs, too. */
  readonly keptBy?: number
}

/**
 * The processes of a run: its hosts and what its manager has started, with all below them. They are
 * looked up while they live, since what loses its parent cannot be found afterwards.
 */
export class RunProcesses {
  readonly #owner: Owner | undefined
  readonly #hosts: readonly RecordedHost[]
  /** Hosts and what is below them, by pid and start time. */
  readonly #ofHosts: Seen = new Map()
  /** What else is below the process that manages the run: commands and servers of its tools, and whatever is its own. */
  readonly #ofOwner: Seen = new Map()
  readonly #isKnown: boolean

  constructor(owner: Owner | undefined, hosts: readonly RecordedHost[]) {
    this.#owner = owner
    this.#hosts = hosts
    this.#isKnown = this.#look()
  }

  /**
   * Waits until they are gone. Where no process manages the run any more, what is left of its hosts then
   * is killed.
   *
   * @returns who is still there; `undefined` where the system does not tell
   */
  async gone(): Promise<Survivors | undefined> {
    if (!this.#isKnown) return undefined
    let left = await this.#left((await this.#isManaged()) ? GONE_WITHIN_MS : 0)
    if (left.length > 0 && !(await this.#isManaged())) {
      for (const { pid } of await aliveOf(Array.from(this.#ofHosts.values()))) kill(pid)
      left = await this.#left(KILLED_WITHIN_MS)
    }
    const isKept = left.length > 0 && (await this.#isManaged())
    const processes = left.map(({ pid, name }) => ({ pid, name }))
    return isKept && this.#owner !== undefined ? { processes, keptBy: this.#owner.pid } : { processes }
  }

  // ---------------------------------------------------------------------------------------------

  async #isManaged(): Promise<boolean> {
    return this.#owner !== undefined && (await isAlive(this.#owner))
  }

  async #left(withinMs: number): Promise<readonly SeenProcess[]> {
    const until = performance.now() + withinMs
    for (;;) {
      this.#look()
      // One look after the other: there is no event for the end of a process that is not our child.
      // oxlint-disable-next-line no-await-in-loop
      const left = await aliveOf([...this.#ofHosts.values(), ...this.#ofOwner.values()])
      if (left.length === 0 || performance.now() > until) return left
      // oxlint-disable-next-line no-await-in-loop
      await sleep(LOOK_EVERY_MS)
    }
  }

  /** What lives now; also below what was seen before, whose parents may have gone. */
  #look(): boolean {
    const ofHosts = processesBelow([...this.#hosts, ...this.#ofHosts.values()])
    const ofOwner = processesBelow([...(this.#owner === undefined ? [] : [this.#owner]), ...this.#ofOwner.values()])
    for (const one of ofHosts ?? []) note(this.#ofHosts, one)
    for (const one of ofOwner ?? []) if (!this.#ofHosts.has(nameOf(one))) note(this.#ofOwner, one)
    return ofHosts !== undefined
  }
}

type Seen = Map<string, SeenProcess>

function note(seen: Seen, one: SeenProcess): void {
  // This process may be one of them: a command of the run that cancels it.
  if (one.pid !== process.pid) seen.set(nameOf(one), one)
}

function nameOf({ pid, startTime }: SeenProcess): string {
  return `${pid} ${startTime}`
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone meanwhile, or somebody else's; then it is named.
  }
}
