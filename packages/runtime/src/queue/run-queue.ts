import type { ServiceIdentifier } from 'inversify'

/** Runs of a state folder that go on at the same time, where nobody says otherwise. */
export const RUNS_MAX_DEFAULT = 8

/** Where a waiting run stands. */
export interface Waiting {
  readonly run: string
  /** 1 for the one that is next. */
  readonly place: number
  /** Runs that may go on at the same time. */
  readonly runsMax: number
}

/** Who has cancelled a run while it waited, and why. */
export interface Withdrawal {
  readonly by: string
  readonly reason: string
}

/** The right to manage a run. */
export interface Turn {
  /** Set where somebody has cancelled the run while it waited. */
  readonly withdrawn: Withdrawal | undefined
  /** Gives the right back; again has no effect. */
  leave(): void
}

export interface Entrant {
  readonly run: string
  readonly manager: string
  /** Whether the place of a process that has the run now is taken over. */
  readonly takesOver: boolean
  /** Called when the run has to wait, and again whenever its place changes. @defaultValue nobody is told */
  readonly onWait?: ((waiting: Waiting) => void) | undefined
}

/** Whose turn it is among the runs that share a cap. */
export interface RunQueue {
  /**
   * Resolves when it is the turn of a run, or when somebody has cancelled it while it waited.
   *
   * @throws RUN_BUSY when a living process has the run or waits for it; RUN_ENDED when the queue is closed meanwhile
   */
  enter(entrant: Entrant): Promise<Turn>
  /** Refuses all that wait. What goes on keeps its place until it gives it back. */
  close(): void
}
export const RunQueue: ServiceIdentifier<RunQueue> = Symbol.for('bosun.RunQueue')
