import type { FactOf } from '@bosun/core'
import { defineInvariant, finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** Whether the slot is there at all is judged by S6, and by S21 for a task that is placed ahead. */
export const placement = defineInvariant({
  id: 'S20',
  title: 'placement',
  sentence:
    'A task is placed and assigned only where its type is handled with its skills, no slot has more in front of it than the strategy says, and no task runs beside one that it excludes.',
  clauses: {
    type: 'A task was placed on or assigned to a worker that does not handle its type.',
    skill: 'A task was placed on or assigned to a worker without one of its skills.',
    full: 'A task was placed on a slot that had as many in front of it as the strategy allows.',
    bound: 'A task was placed ahead that needs more than a slot, so that it may have to wait there for something else.',
    resource: 'Two tasks held a resource at the same time although one of them writes it.',
    label: 'Two tasks with a label in common ran at the same time.',
  },
  watches: ['task.assigned', 'task.placed'],
  needs: ['run.started'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    const { spec } = task
    const name = fact.type === 'task.assigned' ? fact.worker : (ledger.slots.get(fact.slot)?.worker ?? '')
    const done = fact.type === 'task.assigned' ? 'assigned to' : 'placed on'
    const worker = ledger.workers.get(name)?.entry
    if (worker !== undefined && worker.handles !== spec.type) {
      const sentence = `${task.id} of type ${spec.type} was ${done} ${name}, which handles ${worker.handles}`
      return finding('type', sentence, task.seq, fact.seq)
    }
    if (worker !== undefined && spec.skills !== undefined) {
      const lacking = spec.skills.find((skill) => !worker.skills.includes(skill))
      if (lacking !== undefined) {
        return finding('skill', `${task.id} needs ${lacking}, which ${name} does not have`, task.seq, fact.seq)
      }
    }
    if (fact.type === 'task.placed') return judgePlace(fact, ledger)
    for (const { resource, mode } of spec.uses ?? []) {
      const held = ledger.resources.get(resource)
      if (held === undefined || (held.writers === 0 && mode === 'read')) continue
      const others = held.writers > 0 ? 'another task wrote it' : 'another task read it'
      return finding('resource', `${task.id} was assigned to ${mode} ${resource} while ${others}`, task.seq, fact.seq)
    }
    for (const label of spec.excludes ?? []) {
      if (!ledger.labels.has(label)) continue
      const sentence = `${task.id} was assigned while another task with the label ${label} ran`
      return finding('label', sentence, task.seq, fact.seq)
    }
    return undefined
  },
})

// ---------------------------------------------------------------------------------------------

function judgePlace({ task: id, slot, ahead, seq }: FactOf<'task.placed'>, ledger: Ledger) {
  const before = ledger.slots.get(slot)?.placed.size ?? 0
  if (before >= ahead) {
    return finding('full', `${id} was placed on ${slot} behind ${before} others, where ${ahead} is the bound`, seq)
  }
  const { uses, excludes, limits } = ledger.task(id)?.spec ?? {}
  const isCostly = limits?.tokensMax !== undefined || limits?.costMicrosMax !== undefined
  const needs = uses !== undefined || excludes !== undefined ? 'a resource' : isCostly ? 'a part of the budget' : ''
  if (needs === '') return undefined
  return finding('bound', `${id} was placed on ${slot} although it needs ${needs} as well`, seq)
}
