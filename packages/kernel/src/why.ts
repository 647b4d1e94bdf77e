import { BosunError, isOutcome } from '@bosun/core'
import type { Kernel } from './kernel.ts'
import { adoptableResults } from './decide/adopt-result.ts'
import { rateOpensAt } from './decide/drain.ts'
import { sliceFor } from './decide/slice.ts'
import { isAwaited, type ApprovalRecord } from './state/approval-record.ts'
import { around, type GroupRecord } from './state/group-record.ts'
import type { WorkerRecord } from './state/kernel-state.ts'
import type { TaskRecord } from './state/task-record.ts'

/** One thing that an unfinished task waits for, or the one thing that explains its outcome. */
export interface Reason {
  readonly kind:
    | 'ended'
    | 'running'
    | 'placed'
    | 'approval'
    | 'dependency'
    | 'twin'
    | 'publishing'
    | 'backoff'
    | 'paused'
    | 'slots'
    | 'worker-slots'
    | 'resource'
    | 'group'
    | 'rate'
    | 'budget'
    | 'admission'
    | 'order'
    | 'run-ended'
    | 'late-result'
  /** A sentence for people. */
  readonly text: string
  /** What it waits for, by name: tasks, a slot, a resource. */
  readonly names: readonly string[]
}

/**
 * Why a task is not done, by name of the exact gate.
 *
 * @throws TASK_UNKNOWN
 */
export function why(kernel: Kernel, id: string, at: number = kernel.state.at): readonly Reason[] {
  const { state } = kernel
  const task = state.taskById.get(id)
  if (task === undefined) throw new BosunError('TASK_UNKNOWN', { at: id })
  if (isOutcome(task.status)) return [endReason(task), ...lateReasons(kernel, task)]
  if (state.ended !== undefined) return [{ kind: 'run-ended', text: `The run has ended (${state.ended}).`, names: [] }]
  if (task.live !== undefined) {
    const { live } = task
    const asked = task.approvals?.filter((approval) => isAwaited(approval, task.live)) ?? []
    if (asked.length > 0) return asked.map((approval) => approvalReason(approval, live.slot, at))
    const other = state.tasks[task.twin]
    const beside = other?.live === undefined ? '' : ` ${other.live.slot} does the same for its twin ${other.spec.id}.`
    return [
      {
        kind: 'running',
        text: `${task.live.slot} works on it (attempt ${task.epoch}, since ${at - task.live.assignedAt} ms).${beside}`,
        names: [task.live.slot],
      },
    ]
  }
  if (task.status === 'publishing')
    return [
      { kind: 'publishing', text: 'Its result is accepted and its files are being published.', names: task.outputs },
    ]
  const twin = task.yielded === undefined ? undefined : state.tasks[task.twin]
  if (twin !== undefined) {
    const { id } = twin.spec
    return [{ kind: 'twin', text: `It has no attempt and waits for its twin ${id} (${twin.status}).`, names: [id] }]
  }
  if (task.status === 'waiting') return [dependencyReason(kernel, task)]
  return gates(kernel, task, at)
}

function endReason(task: TaskRecord): Reason {
  const because = task.because === undefined ? '' : ` because of ${task.because}`
  const error = task.error === undefined || task.status === 'succeeded' ? '' : `: ${task.error.message}`
  return {
    kind: 'ended',
    text: `It is ${task.status}${because}${error}`,
    names: task.because === undefined ? [] : [task.because],
  }
}

/** What of a task that has ended without success may be taken still. */
function lateReasons({ state }: Kernel, { index }: TaskRecord): readonly Reason[] {
  return Array.from(adoptableResults(state)).flatMap(([seq, { task, epoch }]) => {
    const text = `The result of attempt ${epoch} came late and is kept in fact ${seq}: it can be adopted.`
    return task === index ? [{ kind: 'late-result' as const, text, names: [] }] : []
  })
}

function approvalReason({ approval, question, askedAt }: ApprovalRecord, slot: string, at: number): Reason {
  const text = `${slot} waits for a person to answer ${approval}, asked ${at - askedAt} ms ago: ${question}`
  return { kind: 'approval', text, names: [approval] }
}

function dependencyReason(kernel: Kernel, task: TaskRecord): Reason {
  const open = (task.spec.dependsOn ?? []).filter((id) => kernel.state.taskById.get(id)?.status !== 'succeeded')
  const named = open.map((id) => `${id} (${kernel.state.taskById.get(id)?.status})`)
  return { kind: 'dependency', text: `It waits for ${named.join(', ')}.`, names: open }
}

function hasFreeSlot({ entry, live, slots }: WorkerRecord): boolean {
  if (entry.slotsMax !== undefined && live >= entry.slotsMax) return false
  return slots.some((slot) => slot.task === -1 && !slot.left)
}

function fullGroup(group: GroupRecord): GroupRecord | undefined {
  for (const each of around(group))
    if (each.spec?.slotsMax !== undefined && each.live >= each.spec.slotsMax) return each
  return undefined
}

/** Every gate that is shut for a task that could run. When all are open, others come before it. */
function gates(kernel: Kernel, task: TaskRecord, at: number): readonly Reason[] {
  const { state, index } = kernel
  const { limits } = state.config
  const reasons: Reason[] = []
  const add = (kind: Reason['kind'], text: string, names: readonly string[] = []) => reasons.push({ kind, text, names })
  const { place } = task
  if (place !== undefined) {
    const busy = state.tasks[state.slots.get(place.slot)?.task ?? -1]
    const work = busy === undefined ? '' : `, which works on ${busy.spec.id}`
    add('placed', `It is placed on ${place.slot}${work}.`, [place.slot])
  }
  if (state.paused) add('paused', 'The run is paused.')
  if (task.notBefore > at) add('backoff', `Its next attempt may start in ${task.notBefore - at} ms.`)
  if (state.live >= limits.slotsMax) add('slots', `All ${limits.slotsMax} slots of the run are taken.`)
  const workers = index.workersFor(task.spec.type, task.spec.skills)
  if (!workers.some(hasFreeSlot)) {
    const names = workers.map((worker) => worker.entry.name)
    add('worker-slots', `No slot of ${names.join(', ')} is free.`, names)
  }
  const resource = index.blockingResource(task)
  if (resource !== undefined) {
    const name = resource.slice(resource.indexOf(':') + 1)
    add('resource', `Another task holds ${name}.`, [name])
  }
  const full = task.group === undefined ? undefined : fullGroup(task.group)
  if (full !== undefined)
    add('group', `All ${full.spec?.slotsMax} slots of the group ${full.name} are taken.`, [full.name])
  const slices = workers.map(({ entry }) => sliceFor(state, task.spec, entry))
  if (slices.every((slice) => slice === 'never')) add('budget', 'What is left of the budget does not cover an attempt.')
  else if (slices.every((slice) => typeof slice === 'string')) {
    add('budget', 'Others have reserved what is left of the budget.')
  }
  if (!kernel.strategy.admission.admit(kernel.view))
    add('admission', `The strategy ${kernel.strategy.name} holds it back.`)
  if (rateOpensAt(state, at) > at) add('rate', `The run starts at most ${limits.startsPerSecondMax} attempts a second.`)
  if (reasons.length === 0) add('order', `It is ready; ${index.rule} puts others first.`)
  return reasons
}
