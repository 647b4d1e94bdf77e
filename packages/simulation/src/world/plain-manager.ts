import { hedgedId, type Decision, type Message, type Task } from '@bosun/core'
import type { Kernel } from '@bosun/kernel'
import type { Choices } from '../choices/choices.ts'
import { siteOf } from '../choices/site.ts'
import { drawTask, inGroup } from '../scenario/draw-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { ManagerDriver } from './manager-driver.ts'

/**
 * The manager of a check that is about a strategy: it hands over the drawn graph, turns findings into
 * tasks, and finishes. Now and then it has a whim: it cancels, amends, waives or wakes.
 *
 * It has no memory: what it decides follows from the message, the run and the choices, so that it
 * answers alike when it is asked again after a crash.
 */
export class PlainManager implements ManagerDriver {
  readonly #kernel: Kernel
  readonly #scenario: Scenario
  readonly #choices: Choices
  /** Which process of the manager it lives in: another one may have other whims. */
  readonly #life: number

  constructor(kernel: Kernel, scenario: Scenario, choices: Choices, life: number) {
    this.#kernel = kernel
    this.#scenario = scenario
    this.#choices = choices
    this.#life = life
  }

  deliver(message: Message): { readonly decisions: readonly Decision[] } {
    return { decisions: this.#decide(message) }
  }

  #decide(message: Message): readonly Decision[] {
    const { usesPlanner, tasks, groups } = this.#scenario
    const opened = groups.map((group): Decision => ({ type: 'group', group }))
    switch (message.type) {
      case 'goal':
        return usesPlanner ? [...opened, this.#plan('p1')] : [...opened, delegate(tasks)]
      case 'plan':
        return [
          ...(message.groups ?? []).map((group): Decision => ({ type: 'group', group })),
          { type: 'delegate', tasks: [...message.tasks], plan: message.plan },
        ]
      case 'planFailed':
        return message.plan === 'p1' ? [this.#plan('p2')] : [delegate(tasks)]
      case 'discovered':
        return [this.#delegateFinding(message)]
      case 'settled':
        return this.#settle(message.seq)
      case 'steer':
        if (message.text === 'again') return [...opened, delegate(tasks)]
        return this.#whim(message.seq & 0xffff, 0.5)
      case 'outcome':
        if (this.#choices.chance('manager.asks', 0.03, message.seq & 0xffff, this.#life)) {
          return [{ type: 'ask', request: `q${message.seq}`, question: 'Go on?' }]
        }
        return this.#whim(message.seq & 0xffff, 0.08)
      case 'woke':
        return this.#whim(message.seq & 0xffff, 0.5)
      case 'emitted':
      case 'answered':
      case 'refused':
        return []
    }
  }

  #plan(request: string): Decision {
    return { type: 'plan', request, goal: this.#kernel.view.goal }
  }

  /** The same finding always becomes the same task, whoever found it. */
  #delegateFinding({ task, item }: Extract<Message, { type: 'discovered' }>): Decision {
    const found = typeof item === 'string' ? item : 'found'
    const type = this.#kernel.state.taskById.get(task)?.spec.type ?? 'dig'
    const made = (id: string, ...dependsOn: string[]): Task => ({
      id,
      type,
      body: null,
      ...(dependsOn.length > 0 ? { dependsOn } : {}),
    })
    const parent = task
    if (found === 'cycle') return { type: 'delegate', parent, tasks: [made('c1', 'c2'), made('c2', 'c1')] }
    if (found === 'dangling') return { type: 'delegate', parent, tasks: [made('c3', 'nowhere')] }
    if (found === 'conflict') return { type: 'delegate', parent, tasks: [{ ...made('t0'), body: 'another' }] }
    return { type: 'delegate', parent, tasks: [this.#foundTask(found)] }
  }

  #foundTask(id: string): Task {
    // Workers of other kinds may not be there.
    const task = drawTask(this.#choices, this.#scenario.kinds.slice(0, 1), id, siteOf(id), [])
    const { groups } = this.#scenario
    return groups.length === 0 ? task : inGroup(task, groups, this.#choices, siteOf(id))
  }

  #settle(seq: number): readonly Decision[] {
    const finish: Decision = { type: 'finish', result: 'done' }
    const unwaived = this.#kernel.state.tasks.filter(({ status, waived }) => status !== 'succeeded' && !waived)
    if (unwaived.length === 0 || !this.#choices.chance('manager.whim', 0.3, seq & 0xffff, this.#life, 1))
      return [finish]
    return [{ type: 'waive', tasks: unwaived.map(({ spec }) => spec.id), reason: 'whim' }, finish]
  }

  #whim(site: number, probability: number): readonly Decision[] {
    const choices = this.#choices
    const { groups } = this.#scenario
    if (groups.length > 0 && choices.chance('manager.group', probability / 4, site, this.#life)) {
      const group = groups[choices.pick('manager.group', groups.length, site, this.#life, 1)]?.name as string
      return [{ type: 'cancel', scope: { kind: 'group', group }, reason: 'whim' }]
    }
    const { tasks, at } = this.#kernel.state
    if (tasks.length === 0 || !choices.chance('manager.whim', probability, site, this.#life)) return []
    const some = tasks[choices.pick('manager.whim', tasks.length, site, this.#life, 2)]?.spec.id as string
    switch (choices.pick('manager.whim', 7, site, this.#life, 3)) {
      case 0:
        return [
          { type: 'wake', wake: `w${site % 3}`, at: at + choices.pick('manager.whim', 20_000, site, this.#life, 4) },
        ]
      case 1:
        return [{ type: 'cancel', scope: { kind: 'task', task: some }, reason: 'whim' }]
      case 2: {
        const isAll = choices.chance('manager.whim', 0.3, site, this.#life, 6)
        return [{ type: 'cancel', scope: isAll ? { kind: 'run' } : { kind: 'subtree', task: some }, reason: 'whim' }]
      }
      case 3:
        return this.#amend(site)
      case 4:
        return [{ type: 'waive', tasks: [some], reason: 'whim' }]
      case 5:
        return [delegate([this.#foundTask(`n${site % 5}`)])]
      default: {
        // Nothing can be named after a twin, or wait for one.
        const before = hedgedId(some) ?? some
        return [delegate([{ ...this.#foundTask(`after-${before}`), dependsOn: [before] }])]
      }
    }
  }

  #amend(site: number): readonly Decision[] {
    const open = this.#kernel.state.tasks.find(
      ({ epoch, status }) => epoch === 0 && (status === 'ready' || status === 'waiting'),
    )
    if (open === undefined) return []
    if (this.#choices.chance('manager.whim', 0.5, site, this.#life, 5))
      return [{ type: 'amend', withdraw: [open.spec.id] }]
    return [{ type: 'amend', replace: [{ ...open.spec, priority: 2 }] }]
  }
}

function delegate(tasks: readonly Task[]): Decision {
  return { type: 'delegate', tasks: [...tasks] }
}
