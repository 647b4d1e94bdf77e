import { isOutcome, type TaskStatus } from '@bosun/core'
import { TASK_TRANSITIONS } from './transitions.ts'

/** The page that draws the table of transitions. */
export function statesPage(): string {
  return [
    '# States of a task',
    '',
    '<!-- Generated from packages/kernel/src/state/transitions.ts; `vitest run -u` in packages/kernel rewrites it. -->',
    '',
    'Where a task goes, by where it stands and which fact arrives. A fact that has no arrow here is refused',
    'with `FACT_ILLEGAL`, in a live run as in a damaged journal. Facts that leave a task where it is are listed',
    'below the diagram.',
    '',
    '```mermaid',
    ...diagram(),
    '```',
    '',
    'These facts leave a task where it is:',
    '',
    ...standing(),
    '',
  ].join('\n')
}

function diagram(): readonly string[] {
  const arrows = statuses().flatMap((from) => {
    const to = Map.groupBy(moves(from), ([, next]) => next)
    return Array.from(to, ([next, facts]) => [from, next, facts.map(([fact]) => fact)] as const)
  })
  return [
    'stateDiagram-v2',
    '  [*] --> waiting: task.added',
    '  waiting --> ready: the fact that settles the last dependency',
    ...arrows
      .filter(([from, next]) => from !== next)
      .map(([from, next, facts]) => `  ${from} --> ${next}: ${facts.join(', ')}`),
    ...statuses()
      .filter(isOutcome)
      .map((outcome) => `  ${outcome} --> [*]`),
  ]
}

function standing(): readonly string[] {
  return statuses().flatMap((status) => {
    const facts = moves(status).filter(([, next]) => next === status)
    return facts.length === 0 ? [] : [`- ${status}: ${facts.map(([fact]) => `\`${fact}\``).join(', ')}`]
  })
}

function statuses(): readonly TaskStatus[] {
  return Object.keys(TASK_TRANSITIONS) as TaskStatus[]
}

function moves(from: TaskStatus): readonly [string, TaskStatus][] {
  return Object.entries(TASK_TRANSITIONS[from])
}
