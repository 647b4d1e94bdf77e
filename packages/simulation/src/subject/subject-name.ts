import type { Subject } from './setting.ts'

/** What a subject is, and what it is called: `strategy fifo`. */
export function subjectName(subject: Subject): string {
  switch (subject.kind) {
    case 'strategy':
      return `strategy ${subject.strategy.name}`
    case 'manager':
      return `manager ${subject.manager.name}`
    case 'planner':
      return `planner ${subject.planner.name}`
    case 'worker':
      return `worker ${subject.worker.entry.name}`
  }
}
