import type { Fact, Strategy } from '@bosun/core'
import {
  createKernel,
  deadline,
  decide,
  nextMessage,
  type Input,
  type InputOf,
  type Kernel,
  type NextMessage,
} from '@bosun/kernel'
import { TimeLine } from './time-line.ts'

/** What the manager made of one message. */
export type Answer = Pick<InputOf<'decided'>, 'decisions' | 'prepared' | 'failure'>

/** Everything around the kernel, as pure functions: a world in which nothing is left to chance. */
export interface ClockWorld {
  readonly strategy: Strategy
  /** What comes by itself: the start, which is first, the slots, what people ask for. */
  readonly script: readonly Input[]
  /** What the world does because of a fact: the reports of an attempt, an answer of the planner. */
  follows(fact: Fact): readonly Input[]
  /** What the manager decides. It needs no time. */
  answers(next: NextMessage, kernel: Kernel): Answer
  /** How long nothing may happen before the run is left as it is, in ms. Default: for ever. */
  patienceMs?(): number
}

/** How a run on the clock went. */
export interface ClockRun {
  readonly facts: readonly Fact[]
  /** The kernel as it was left. */
  readonly kernel: Kernel
}

/**
 * Runs the kernel in a world of its own on a virtual clock, as fast as it goes: time jumps from one
 * event to the next, and a manager answers each message at once.
 *
 * @example
 * const { facts } = runOnClock({
 *   strategy,
 *   script: [start, { type: 'joined', at: 0, slot: 'worker/1', worker: 'worker' }],
 *   follows: (fact) =>
 *     fact.type === 'task.assigned'
 *       ? [{ type: 'result', at: fact.at + 10, task: fact.task, epoch: fact.epoch, result: null, outputs: [] }]
 *       : [],
 *   answers: ({ message }) => ({ decisions: message.type === 'goal' ? [delegate(tasks)] : [] }),
 * })
 */
export function runOnClock(world: ClockWorld): ClockRun {
  const kernel = createKernel(world.strategy)
  const facts: Fact[] = []
  const coming = new TimeLine<Input>()
  let now = world.script[0]?.at ?? 0
  // A run that has ended is over only when nobody is to have its tasks tried again.
  let retries = world.script.filter(({ type }) => type === 'retry').length

  const feed = (input: Input) => {
    const from = facts.length
    decide(kernel, input, facts)
    for (let index = from; index < facts.length; index += 1) {
      for (const follows of world.follows(facts[index] as Fact)) coming.add(follows)
    }
  }
  const deliver = () => {
    for (let next = nextMessage(kernel.state, now); next !== undefined; next = nextMessage(kernel.state, now)) {
      feed({ type: 'decided', at: now, ...world.answers(next, kernel) })
    }
  }

  for (const input of world.script) coming.add(input)
  while (kernel.state.ended === undefined || retries > 0) {
    const input = nextInput(kernel, coming, now)
    if (input === undefined || input.at - now > (world.patienceMs?.() ?? Infinity)) break
    now = Math.max(now, input.at)
    if (input.type === 'retry') retries -= 1
    feed(input)
    // What comes at the same time comes before the manager is asked, as it does when a process drains its arrivals.
    if (coming.next === undefined || coming.next.at > now) deliver()
  }
  return { facts, kernel }
}

/** The next event, or time itself when it has to be fed in before. */
function nextInput(kernel: Kernel, coming: TimeLine<Input>, now: number): Input | undefined {
  const due = deadline(kernel)
  if (coming.next !== undefined && (due === undefined || coming.next.at <= due)) return coming.take()
  return due === undefined ? undefined : { type: 'tick', at: Math.max(due, now) }
}
