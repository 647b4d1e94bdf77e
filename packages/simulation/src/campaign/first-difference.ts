import type { Choice } from '../choices/choices.ts'
import type { Trace } from '../trace/trace.ts'

/** How two traces of the same choices differ, in one sentence; absent when they do not. */
export function firstDifference(one: Trace, other: Trace): string | undefined {
  if (one.hash === other.hash) return undefined
  const at = firstIndex(one.events, other.events)
  const event = `event ${at + 1} was ${textOf(one.events[at])} and then ${textOf(other.events[at])}`
  const choice = firstIndex(one.choices, other.choices)
  if (choice >= Math.max(one.choices.length, other.choices.length)) return event
  return `${event}; the first choice asked for otherwise was ${nameOf(one.choices[choice])} and then ${nameOf(other.choices[choice])}`
}

function firstIndex(one: readonly unknown[], other: readonly unknown[]): number {
  let index = 0
  while (index < one.length && JSON.stringify(one[index]) === JSON.stringify(other[index])) index += 1
  return index
}

function textOf(event: unknown): string {
  return event === undefined ? 'none' : JSON.stringify(event).slice(0, 160)
}

function nameOf(choice: Choice | undefined): string {
  return choice === undefined ? 'none' : `${choice.label} at ${choice.site.join('/')}`
}
