import { isOutcome, predecessorId, type Fact, type FactOf, type Group, type Outcome } from '@bosun/core'
import { duration } from './duration.ts'
import { levelName, levelProgress, levelsAround, type LevelCount } from './levels.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, quoted } from './printable.ts'
import { reasonOf } from './reason.ts'
import { stateOf } from './report.ts'

/** One assignment of a task, and how it went. */
export interface AttemptNode {
  readonly epoch: number
  readonly slot: string
  state: 'assigned' | 'running' | 'succeeded' | 'failed' | 'lost' | 'revoked'
  readonly since: number
  until: number | undefined
  reason: string | undefined
}

/** A task with its attempts, and the tasks that its discoveries led to. */
export interface TaskNode {
  readonly kind: 'task'
  readonly id: string
  readonly type: string
  readonly group: string | undefined
  status: Outcome | 'waiting' | 'running' | 'publishing' | 'retrying'
  readonly since: number
  until: number | undefined
  because: string | undefined
  readonly attempts: AttemptNode[]
  readonly children: TaskNode[]
}

/** A group with the groups inside of it, and those of its tasks that no discovery led to. */
export interface LevelNode {
  readonly kind: 'level'
  readonly name: string
  spec: Group | undefined
  readonly children: TreeNode[]
}

export type TreeNode = TaskNode | LevelNode

/** The run, its groups, its tasks by discovery, and their attempts; folded from facts. */
export class RunTree {
  run = ''
  manager = ''
  state = 'running'
  since = 0
  at = 0
  readonly roots: TreeNode[] = []
  readonly #tasks = new Map<string, TaskNode>()
  readonly #levels = new Map<string, LevelNode>()

  take(fact: Fact): void {
    this.at = Math.max(this.at, fact.at)
    switch (fact.type) {
      case 'run.started':
        this.run = fact.run
        this.manager = fact.manager
        this.since = fact.at
        break
      case 'run.paused':
        this.state = 'paused'
        break
      case 'run.resumed':
      case 'run.reopened':
        this.state = 'running'
        break
      case 'run.completed':
      case 'run.failed':
      case 'run.exhausted':
      case 'run.cancelled':
        this.state = stateOf({ end: fact, paused: undefined })
        break
      case 'group.opened':
        this.#level(fact.group.name).spec = fact.group
        break
      case 'task.added':
        this.#add(fact.task, fact.at, fact.parent)
        break
      case 'task.assigned':
        this.#assign(fact.task, fact.epoch, fact.slot, fact.at)
        break
      case 'attempt.started':
        this.#onAttempt(fact.task, fact.epoch, (attempt) => (attempt.state = 'running'))
        break
      case 'attempt.succeeded':
      case 'attempt.failed':
      case 'attempt.lost':
      case 'attempt.revoked':
        this.#endAttempt(fact)
        break
      case 'task.retried':
        this.#onTask(fact.task, (task) => (task.status = 'retrying'))
        break
      case 'task.succeeded':
      case 'task.failed':
      case 'task.lost':
      case 'task.cancelled':
      case 'task.skipped':
        this.#end(fact)
        break
      default:
    }
  }

  get isOver(): boolean {
    return this.state !== 'running' && this.state !== 'paused'
  }

  /** How many tasks there are in each group and in those inside of it, a task that was tried again once. */
  counts(): ReadonlyMap<string, LevelCount> {
    const counts = new Map<string, { total: number; succeeded: number; ended: number }>()
    const again = new Set(Array.from(this.#tasks.keys(), (id) => predecessorId(id)))
    for (const { id, group, status } of this.#tasks.values()) {
      if (again.has(id)) continue
      for (const name of levelsAround(group)) {
        const count = counts.get(name) ?? { total: 0, succeeded: 0, ended: 0 }
        counts.set(name, count)
        count.total += 1
        if (status === 'succeeded') count.succeeded += 1
        if (status !== 'running' && isOutcome(status)) count.ended += 1
      }
    }
    return counts
  }

  /** Every group, each after the one that it lies in. */
  levels(): Iterable<LevelNode> {
    return this.#levels.values()
  }

  #level(name: string): LevelNode {
    const known = this.#levels.get(name)
    if (known !== undefined) return known
    const [, outer] = levelsAround(name)
    const siblings = outer === undefined ? this.roots : this.#level(outer).children
    const node: LevelNode = { kind: 'level', name, spec: undefined, children: [] }
    this.#levels.set(name, node)
    siblings.push(node)
    return node
  }

  #add({ id, type, group }: FactOf<'task.added'>['task'], since: number, parent: string | undefined): void {
    const node: TaskNode = {
      kind: 'task',
      id,
      type,
      group,
      status: 'waiting',
      since,
      until: undefined,
      because: undefined,
      attempts: [],
      children: [],
    }
    this.#tasks.set(id, node)
    const around = group === undefined ? this.roots : this.#level(group).children
    const siblings = (parent === undefined ? undefined : this.#tasks.get(parent)?.children) ?? around
    siblings.push(node)
  }

  #assign(id: string, epoch: number, slot: string, since: number): void {
    this.#onTask(id, (task) => {
      task.status = 'running'
      task.attempts.push({ epoch, slot, state: 'assigned', since, until: undefined, reason: undefined })
    })
  }

  #endAttempt(fact: Extract<Fact, { type: `attempt.${'succeeded' | 'failed' | 'lost' | 'revoked'}` }>): void {
    this.#onAttempt(fact.task, fact.epoch, (attempt) => {
      attempt.state = fact.type.slice('attempt.'.length) as AttemptNode['state']
      attempt.until = fact.at
      if (fact.type === 'attempt.revoked') attempt.reason = fact.reason
      else if (fact.type !== 'attempt.succeeded') attempt.reason = reasonOf(fact.error, fact.task)
    })
    if (fact.type === 'attempt.succeeded') this.#onTask(fact.task, (task) => (task.status = 'publishing'))
  }

  #end(fact: Extract<Fact, { type: `task.${Outcome}` }>): void {
    this.#onTask(fact.task, (task) => {
      task.status = fact.type.slice('task.'.length) as Outcome
      task.until = fact.at
      if (fact.type === 'task.skipped') task.because = fact.because
    })
  }

  #onTask(id: string, change: (task: TaskNode) => void): void {
    const task = this.#tasks.get(id)
    if (task !== undefined) change(task)
  }

  #onAttempt(id: string, epoch: number, change: (attempt: AttemptNode) => void): void {
    const attempt = this.#tasks.get(id)?.attempts.find((each) => each.epoch === epoch)
    if (attempt !== undefined) change(attempt)
  }
}

/** The tree of some facts. */
export function treeOf(facts: Iterable<Fact>): RunTree {
  const tree = new RunTree()
  for (const fact of facts) tree.take(fact)
  return tree
}

/**
 * The tree as lines: the run, its groups, its tasks in their group or under the task whose discovery led
 * to them, and the attempts of each.
 *
 * @param now for what is still running
 */
export function renderTree(tree: RunTree, now: number, paint: Paint = plainPaint): string[] {
  const until = tree.isOver ? tree.at : now
  const counts = tree.counts()
  const lines = [
    `${paint.bold(`run ${printable(tree.run)}`)} ${printable(tree.manager)} ${colourOf(tree.state, paint)(tree.state)} ${duration(until - tree.since)}`,
  ]
  // A list of its own instead of recursion: discoveries may lie thousands deep.
  const pending = withPrefixes(tree.roots, '')
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { node, lead, rest } = item
    if (node.kind === 'level') {
      const progress = levelProgress(counts.get(node.name) ?? { total: 0, succeeded: 0, ended: 0 })
      lines.push(`${paint.dim(lead)}${levelName(node.name, node.spec, paint)}: ${progress}`)
      pending.push(...withPrefixes(node.children, rest))
      continue
    }
    lines.push(`${paint.dim(lead)}${taskLine(node, now, paint)}`)
    for (const [index, attempt] of node.attempts.entries()) {
      const isLast = index === node.attempts.length - 1 && node.children.length === 0
      lines.push(`${paint.dim(`${rest}${isLast ? '└─ ' : '├─ '}`)}${attemptLine(attempt, now, paint)}`)
    }
    pending.push(...withPrefixes(node.children, rest))
  }
  return lines
}

/** The tree as data, for `--json`. */
export function treeJson(tree: RunTree): object {
  const { run, manager, state, since, at, roots } = tree
  const counts = tree.counts()
  const groups = Array.from(tree.levels(), ({ name, spec }) => ({ name, ...counts.get(name), ...spec }))
  return { run, manager, state, since, at, groups, tasks: flat(roots) }
}

// ---------------------------------------------------------------------------------------------

interface Pending {
  readonly node: TreeNode
  readonly lead: string
  readonly rest: string
}

/** In reverse, because the last of a stack comes first. */
function withPrefixes(nodes: readonly TreeNode[], prefix: string): Pending[] {
  return nodes
    .map((node, index) => {
      const isLast = index === nodes.length - 1
      return { node, lead: `${prefix}${isLast ? '└─ ' : '├─ '}`, rest: `${prefix}${isLast ? '   ' : '│  '}` }
    })
    .reverse()
}

function taskLine(node: TaskNode, now: number, paint: Paint): string {
  const because = node.because === undefined ? '' : ` because of ${printable(node.because)}`
  const [first] = node.attempts
  const spent = first === undefined ? '' : ` ${duration((node.until ?? now) - first.since)}`
  return `${printable(node.id)} ${paint.dim(printable(node.type))} ${colourOf(node.status, paint)(node.status)}${because}${spent}`
}

function attemptLine({ epoch, slot, state, since, until, reason }: AttemptNode, now: number, paint: Paint): string {
  const why = reason === undefined ? '' : `: ${quoted(reason, 160)}`
  return `attempt ${epoch} ${printable(slot)} ${colourOf(state, paint)(state)} ${duration((until ?? now) - since)}${why}`
}

function colourOf(state: string, paint: Paint): (text: string) => string {
  if (state === 'succeeded' || state === 'completed') return paint.good
  if (state === 'failed' || state === 'lost' || state === 'exhausted') return paint.bad
  if (state === 'running' || state === 'assigned' || state === 'publishing') return paint.accent
  if (state === 'waiting') return paint.dim
  return paint.warn
}

/** The tasks in the order of the tree; groups are told of apart. */
function flat(roots: readonly TreeNode[]): object[] {
  const result: object[] = []
  const pending = roots.map((node) => ({ node, parent: undefined as string | undefined })).reverse()
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { node, parent } = item
    const under = node.kind === 'task' ? node.id : parent
    if (node.kind === 'task') {
      const { children: _children, kind: _kind, ...task } = node
      result.push({ ...task, parent: parent ?? null })
    }
    pending.push(...node.children.map((child) => ({ node: child, parent: under })).reverse())
  }
  return result
}
