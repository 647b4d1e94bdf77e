import type { Decision, Message, Task } from '@bosun/core'
import { seededRandom, type Kernel } from '@bosun/kernel'
import { Dice, DISCOVERABLE_COUNT, drawTask, type Plan } from './draw-plan.fixture.ts'

/**
 * A manager without memory: what it decides follows from the seed, the message and the run as it
 * stands, so that it can be asked again after a crash. It does the right thing most of the time.
 */
export function managerDecides(plan: Plan, seed: number, message: Message, kernel: Kernel): readonly Decision[] {
  const dice = new Dice(seededRandom(seed, message.seq))
  switch (message.type) {
    case 'goal':
      return plan.usesPlanner
        ? [{ type: 'plan', request: 'p1', goal: 'plan' }]
        : [{ type: 'delegate', tasks: [...plan.tasks] }]
    case 'plan':
      return [{ type: 'delegate', tasks: [...message.tasks], plan: message.plan }]
    case 'planFailed':
      return message.plan === 'p1'
        ? [{ type: 'plan', request: 'p2', goal: 'plan' }]
        : [{ type: 'delegate', tasks: [...plan.tasks] }]
    case 'discovered':
      return [delegateFinding(plan, message)]
    case 'outcome':
    case 'steer':
    case 'woke':
      return whim(dice, plan, kernel, message.type)
    case 'settled':
      return settle(dice, kernel)
    case 'emitted':
    case 'refused':
      return dice.chance(0.02) ? [{ type: 'finish', result: 'early' }] : []
  }
}

/** The same finding always becomes the same task, whoever found it. */
function delegateFinding(plan: Plan, message: Extract<Message, { type: 'discovered' }>): Decision {
  const found = String(message.item)
  const base = { type: 'delegate', parent: message.task } as const
  if (found === 'cycle') {
    return { ...base, tasks: [blank(plan, 'c1', ['c2']), blank(plan, 'c2', ['c1'])] }
  }
  if (found === 'dangling') return { ...base, tasks: [blank(plan, 'c3', ['nowhere'])] }
  if (found === 'conflict') return { ...base, tasks: [{ ...blank(plan, 't0'), body: 'another' }] }
  return { ...base, tasks: [findingTask(plan, found)] }
}

function findingTask(plan: Plan, id: string): Task {
  return drawTask(new Dice(seededRandom(plan.config.seed, Number(id.slice(1)))), id, [])
}

function blank(plan: Plan, id: string, dependsOn: readonly string[] = []): Task {
  const { handles } = plan.workers[0] as { handles: string }
  return { id, type: handles, body: null, ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}) }
}

/** Mostly nothing; now and then something that changes the graph, the run or the time. */
function whim(dice: Dice, plan: Plan, kernel: Kernel, why: string): readonly Decision[] {
  if (!dice.chance(why === 'outcome' ? 0.12 : 0.7)) return []
  const { tasks } = kernel.state
  const some = tasks.length === 0 ? 'ghost' : (tasks[dice.whole(0, tasks.length - 1)]?.spec.id ?? 'ghost')
  const open = tasks.filter(({ status, epoch }) => epoch === 0 && (status === 'ready' || status === 'waiting'))
  const untouched = open[dice.whole(0, Math.max(0, open.length - 1))]?.spec
  switch (dice.whole(0, 9)) {
    case 0:
      return [{ type: 'cancel', scope: { kind: 'task', task: some }, reason: 'whim' }]
    case 1:
      return [{ type: 'cancel', scope: { kind: 'subtree', task: some }, reason: 'whim' }]
    case 2:
      return dice.chance(0.2) ? [{ type: 'cancel', scope: { kind: 'run' }, reason: 'whim' }] : []
    case 3:
      return [{ type: 'wake', wake: `w${dice.whole(1, 3)}`, at: kernel.state.at + dice.whole(-5, 300) }]
    case 4:
      return [{ type: 'amend', withdraw: [untouched?.id ?? some, untouched?.id ?? some] }]
    case 5:
      return open.slice(0, 3).map((task) => ({
        type: 'amend',
        replace: [{ ...task.spec, priority: dice.whole(-3, 3), excludes: [dice.pick(['gpu', 'disk'])] }],
      }))
    case 6:
      return [{ type: 'waive', tasks: [some], reason: 'whim' }]
    case 7:
      return [{ type: 'finish', result: 'early' }]
    case 8: {
      const id = `n${dice.whole(0, DISCOVERABLE_COUNT)}`
      return [{ type: 'delegate', tasks: [findingTask(plan, id), ...(tasks.length > 0 ? [behind(plan, some)] : [])] }]
    }
    default:
      return [{ type: 'delegate', tasks: plan.tasks.slice(0, 3) }]
  }
}

/** A task behind one of any status, failed ones included. */
function behind(plan: Plan, id: string): Task {
  return blank(plan, `after-${id}`, [id])
}

function settle(dice: Dice, kernel: Kernel): readonly Decision[] {
  const finish: Decision = { type: 'finish', result: 'done' }
  if (dice.chance(0.05)) return []
  if (dice.chance(0.05)) return [{ type: 'fail', reason: 'whim' }]
  if (dice.chance(0.1)) return [{ type: 'wake', wake: 'again', at: kernel.state.at + 50 }]
  if (!dice.chance(0.3)) return [finish]
  const failed = kernel.state.tasks.filter(({ status }) => status !== 'succeeded').map(({ spec }) => spec.id)
  return [{ type: 'waive', tasks: failed, reason: 'whim' }, finish]
}
