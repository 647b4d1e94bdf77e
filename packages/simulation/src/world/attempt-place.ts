/** Where an attempt runs, as the attempt sees it. */
export interface AttemptPlace {
  readonly slot: string
  /** Until then the manager does not hear the slot, the slot does not hear it, and reports are held back. */
  mutedUntil: number
  deafUntil: number
  cloggedUntil: number
  /** Until then whatever starts here dies. */
  crashLoopUntil: number
  /** The process dies with all that runs in it. */
  die(): void
  /** A new process stands in its place. */
  rise(): void
  /** One does after a while. */
  riseLater(): void
  /** An attempt no longer runs. */
  ended(key: string): void
}
