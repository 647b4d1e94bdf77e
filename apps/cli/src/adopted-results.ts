import { originalId, type DurableFact, type RunView } from '@bosun/core'
import type { CommandAnswer } from './engine.ts'
import { printable } from './render/printable.ts'
import { latestOf, successorsIn } from './retried-tasks.ts'

/** The facts that keep late results of a task and of all that stand in for it. */
export function lateResultsOf(facts: readonly DurableFact[], task: string): readonly number[] {
  const original = originalId(task)
  return facts.flatMap((fact) =>
    fact.type === 'result.quarantined' && fact.kind === 'result' && originalId(fact.task) === original
      ? [fact.seq]
      : [],
  )
}

/** What an adoption came to, in words. */
export function adoptedLines(run: string, answer: CommandAnswer): readonly string[] {
  const { facts } = answer
  const adopted = facts.find((fact) => fact.type === 'result.adopted')
  if (adopted === undefined) return []
  const { task, predecessor, epoch } = adopted
  const of = predecessor === undefined ? '' : ` of ${printable(predecessor)}`
  const told = `${printable(task)} has the result that came late, of attempt ${epoch}${of}`
  const others = successorsIn(facts).filter(([, id]) => id !== task)
  const goesOn = others.map(([id, as]) => `${printable(id)} as ${printable(as)}`).join(', ')
  const isReopened = facts.some(({ type }) => type === 'run.reopened')
  return [
    told,
    ...(isReopened ? [`run ${printable(run)} is reopened`] : []),
    ...(others.length > 0 ? [`what was skipped behind it goes on: ${goesOn}`] : []),
  ]
}

/** @param fact the one that was asked for, if one was */
export function whyNotAdopted(view: RunView, task: string, late: readonly number[], fact: number | undefined): string {
  const id = printable(task)
  if (late.length === 0) return `no result of ${id} came late`
  if (fact !== undefined && !late.includes(fact)) return `the late results of ${id} are in fact ${late.join(' and ')}`
  const latest = latestOf(view, task)
  return `${printable(latest?.spec.id ?? task)} is ${latest?.status ?? 'not there'} already`
}
