import { defineInvariant, finding } from '../invariant.ts'

/** Whether the slot is there at all is judged by S6. */
export const placement = defineInvariant({
  id: 'S20',
  title: 'placement',
  sentence:
    'A task is assigned to a worker that handles its type with its skills, and never runs beside a task that it excludes.',
  clauses: {
    type: 'A task was assigned to a worker that does not handle its type.',
    skill: 'A task was assigned to a worker without one of its skills.',
    resource: 'Two tasks held a resource at the same time although one of them writes it.',
    label: 'Two tasks with a label in common ran at the same time.',
  },
  watches: ['task.assigned'],
  needs: ['run.started'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    const { spec } = task
    const worker = ledger.workers.get(fact.worker)?.entry
    if (worker !== undefined && worker.handles !== spec.type) {
      const sentence = `${task.id} of type ${spec.type} was assigned to ${fact.worker}, which handles ${worker.handles}`
      return finding('type', sentence, task.seq, fact.seq)
    }
    if (worker !== undefined && spec.skills !== undefined) {
      const lacking = spec.skills.find((skill) => !worker.skills.includes(skill))
      if (lacking !== undefined) {
        return finding('skill', `${task.id} needs ${lacking}, which ${fact.worker} does not have`, task.seq, fact.seq)
      }
    }
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
