import type { Choice, ChoiceList } from '../choices/choices.ts'
import { withoutTask } from './without-task.ts'

/** Lists that are no longer than this are also tried with any two choices gone at once. */
const PAIRS_LENGTH_MAX = 24

/**
 * Smaller neighbours of a schedule, the most promising first: in the terms of the domain (fewer tasks,
 * fewer slots, no fault, equal durations, first in first out), then by parts of the list, then choice
 * by choice. Each has fewer choices, or the same with a lower value, or one task less; whether it
 * still shows what it is to show is for the caller to find out.
 *
 * Use it to shrink; `shrink` does, and so can the arbitrary of a property.
 */
export function* smaller(choices: ChoiceList): Generator<ChoiceList, void, undefined> {
  yield* withoutTasks(choices)
  yield* withoutKinds(choices)
  yield* withoutParts(choices)
  yield* withLowerValues(choices)
  yield* withoutPairs(choices)
}

function* withoutTasks(choices: ChoiceList): Generator<ChoiceList> {
  const size = choices.find(({ label }) => label === 'graph.size')
  if (size === undefined) return
  for (let index = size.value; index >= 0; index -= 1) yield withoutTask(choices, size, index)
}

/** All choices of one label at once: all faults of a kind, all durations, all orders, all delays. */
function* withoutKinds(choices: ChoiceList): Generator<ChoiceList> {
  const families = new Set(choices.map(({ label }) => familyOf(label)))
  const labels = new Set(choices.map(({ label }) => label))
  const cuts: readonly ((choice: Choice) => boolean)[] = [
    isOfScenario,
    ({ label }) => !label.startsWith('fault.'),
    ...[...families].map(
      (family) =>
        ({ label }: Choice) =>
          familyOf(label) !== family,
    ),
    ...[...labels].map(
      (kind) =>
        ({ label }: Choice) =>
          label !== kind,
    ),
  ]
  for (const isKept of cuts) {
    const kept = choices.filter(isKept)
    if (kept.length < choices.length) yield kept
  }
}

/** Halves, quarters and so on, the later ones first, down to single choices. */
function* withoutParts(choices: ChoiceList): Generator<ChoiceList> {
  for (let length = choices.length >> 1; length >= 1; length >>= 1) {
    for (let end = choices.length; end > 0; end -= length) {
      yield [...choices.slice(0, Math.max(0, end - length)), ...choices.slice(end)]
    }
  }
}

function* withLowerValues(choices: ChoiceList): Generator<ChoiceList> {
  for (const [index, choice] of choices.entries()) {
    for (const value of lowerValues(choice.value)) yield choices.with(index, { ...choice, value })
  }
}

/** Each value from 1 that a bisection between 0 and this one would try first. */
function* lowerValues(value: number): Generator<number> {
  if (value <= 1) return
  yield 1
  for (let gap = value >> 1; gap >= 1; gap >>= 1) if (value - gap > 1) yield value - gap
}

function* withoutPairs(choices: ChoiceList): Generator<ChoiceList> {
  if (choices.length > PAIRS_LENGTH_MAX) return
  for (let later = choices.length - 1; later > 0; later -= 1) {
    for (let sooner = later - 1; sooner >= 0; sooner -= 1) {
      yield choices.filter((_, index) => index !== later && index !== sooner)
    }
  }
}

function familyOf(label: string): string {
  return label.slice(0, label.indexOf('.') + 1)
}

const SCENARIO = new Set(['graph.', 'task.', 'workers.', 'config.'])

function isOfScenario({ label }: Choice): boolean {
  return SCENARIO.has(familyOf(label))
}
