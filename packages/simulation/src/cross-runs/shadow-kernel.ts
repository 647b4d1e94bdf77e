import type { Fact, Strategy } from '@bosun/core'
import { replay, type Finding } from '@bosun/invariants'
import { decideAt, foldKernel, type Kernel, type UntimedInput } from '@bosun/kernel'
import { stateImage } from './state-image.ts'

/** What the live kernel made of one input. */
export interface LiveDecision {
  readonly kernel: Kernel
  readonly input: UntimedInput
  readonly at: number
  readonly facts: readonly Fact[]
  /** All durable facts so far, those of this input included. */
  readonly journal: () => readonly Fact[]
}

/**
 * A second kernel, folded from the journal in the middle of a run, that from there on decides on every
 * input beside the live one. What it decides otherwise shows that order and timers built anew are not
 * those that were kept up with the facts (R2).
 */
export class ShadowKernel {
  readonly #strategy: Strategy
  #inputsLeft: number
  #kernel: Kernel | undefined

  /** @param inputs it is folded after so many of them; 0: it is there from the beginning */
  constructor(strategy: Strategy, inputs: number) {
    this.#strategy = strategy
    this.#inputsLeft = inputs
    if (inputs === 0) this.#kernel = foldKernel(strategy, [])
  }

  /** What the shadow holds, when it is folded, or decides from then on otherwise than the live kernel. */
  follow(live: LiveDecision): Finding | undefined {
    if (this.#kernel !== undefined) {
      return replay.judge({ recorded: live.facts, replayed: decideAt(this.#kernel, live.input, live.at, []) })
    }
    this.#inputsLeft -= 1
    return this.#inputsLeft === 0 ? this.#fold(live) : undefined
  }

  /** The live kernel is gone: whoever takes over is folded itself. */
  drop(): void {
    this.#kernel = undefined
    this.#inputsLeft = Infinity
  }

  #fold({ kernel, journal }: LiveDecision): Finding | undefined {
    const recorded = journal()
    const folded = foldKernel(this.#strategy, recorded)
    lendBeats(kernel, folded)
    this.#kernel = folded
    const prefix = { seq: recorded.length, live: stateImage(kernel.state), folded: stateImage(folded.state) }
    return replay.judge({ recorded, prefixes: [prefix] })
  }
}

// ---------------------------------------------------------------------------------------------

/** Beats are in no journal. */
function lendBeats({ state }: Kernel, folded: Kernel): void {
  folded.state.pulseAt = state.pulseAt
  folded.state.pulseCause = state.pulseCause
  for (const [index, { live }] of state.tasks.entries()) {
    const attempt = folded.state.tasks[index]?.live
    if (attempt === undefined || live === undefined) continue
    attempt.lastBeat = live.lastBeat
    attempt.lastProgress = live.lastProgress
  }
  folded.timers.rebuild()
}
