import { BosunError, type Fact } from '@bosun/core'
import type { Kernel } from '../kernel.ts'
import { decideAttempt } from './attempt-inputs.ts'
import { drain, isDrained } from './drain.ts'
import { Emitter } from './emitter.ts'
import type { Input, UntimedInput } from './input.ts'
import { decideManager } from './manager-inputs.ts'
import { decideRun } from './run-inputs.ts'

/**
 * Takes one input and returns the facts that follow, in order: the input's own, then everything that
 * the policies add until nothing more follows. The state has evolved when it returns.
 *
 * @param out where the facts are added; default a new list
 */
export function decide(kernel: Kernel, input: Input, out: Fact[] = []): Fact[] {
  return decideAt(kernel, input, input.at, out)
}

/** The same for an input that does not carry its time, which spares a shell a copy of each. */
export function decideAt(kernel: Kernel, untimed: UntimedInput, at: number, out: Fact[]): Fact[] {
  new Turn(kernel, at, out).decide(untimed)
  return out
}

/**
 * Several inputs at one time, whose facts go into one list: what a shell decides in one go. Good for
 * as long as nothing else decides or evolves in between.
 */
export class Turn {
  readonly at: number
  private readonly emitter: Emitter

  /** @param out where the facts are added */
  constructor(kernel: Kernel, at: number, out: Fact[]) {
    this.at = at
    this.emitter = new Emitter(kernel, at, out)
  }

  /** As the function `decide`, for the next input. */
  decide(input: UntimedInput): void {
    decideNext(this.emitter, input)
  }
}

function decideNext(emitter: Emitter, untimed: UntimedInput): void {
  const { state } = emitter.kernel
  // No input is asked for its time from here on.
  const input = untimed as Input
  if (state.run === '' && input.type !== 'start') {
    throw new BosunError('INTERNAL', { at: 'decide', expected: 'the input start first', received: input.type })
  }
  emitter.begin()
  const mayRest = showsNothing(input) && isDrained(emitter)
  switch (input.type) {
    case 'result':
    case 'error':
    case 'lost':
    case 'started':
    case 'beat':
    case 'progressed':
    case 'discovered':
    case 'emitted':
    case 'published':
    case 'publishFailed':
    case 'denied':
    case 'modelCalled':
    case 'called':
    case 'approvalRequested':
    case 'violation':
      decideAttempt(emitter, input)
      break
    case 'decided':
    case 'planned':
    case 'plannerCalled':
    case 'planFailed':
    case 'diverged':
    case 'recovered':
      decideManager(emitter, input)
      break
    case 'start':
    case 'joined':
    case 'left':
    case 'hostStarted':
    case 'stalled':
    case 'tick':
    case 'pause':
    case 'resume':
    case 'cancel':
    case 'steer':
    case 'waive':
    case 'raiseLimits':
    case 'retry':
    case 'adopt':
    case 'approve':
      decideRun(emitter, input)
      break
    default:
      throw new BosunError('INTERNAL', { at: 'decide', received: `the input ${(untimed as Input).type}` })
  }
  if (!mayRest || state.hasSignals) drain(emitter)
}

/** Whether the facts of an input's own change nothing that policies are shown. */
function showsNothing(input: Input): boolean {
  return input.type === 'started' || (input.type === 'decided' && input.decisions.length === 0)
}
