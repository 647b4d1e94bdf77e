import type { ErrorRecord } from '@bosun/core'
import type { UntimedInput } from '@bosun/kernel'
import type { WorldEvent } from '@bosun/invariants'
import type { Choices } from '../choices/choices.ts'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Lane } from '../lanes/lane.ts'
import type { Setting } from '../subject/setting.ts'
import type { SimulatedFiles } from './simulated-tools.ts'

/** What the parts of a simulated world share: time, chance, and the way to each other. */
export interface World {
  readonly setting: Setting
  readonly scenario: Scenario
  readonly choices: Choices
  /** Where the code of real workers runs; only schedules that have such have one. */
  readonly lane: Lane | undefined
  readonly files: SimulatedFiles
  /** What all times of this run are multiplied by. */
  readonly timeScale: number
  /** True time, in ms. */
  readonly now: number
  /** Plans an event. */
  after(delayMs: number, act: () => void): void
  /** Whether a fault strikes here; never in the calm phase. */
  fault(kind: FaultKind, on: string, a?: number, b?: number, c?: number): boolean
  observe(event: WorldEvent): void
  /** Hands something to the manager's process; lost when there is none. */
  tell(input: UntimedInput): void
  /** The manager's program broke, or decided when it was not asked. */
  blame(error: ErrorRecord): void
  /** Hands a person's command to the manager; it is kept until there is one. */
  command(input: UntimedInput): void
}
