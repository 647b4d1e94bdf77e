import type { CancelScope, Decision, FactOf, Group, ModelCallRecord } from '@bosun/core'
import { FAULT_CATALOGUE, type FaultKind } from '../faults/fault-catalogue.ts'
import type { TraceEvent } from '../trace/trace.ts'
import { brief, briefJson, printable } from './printable.ts'
import type { Name } from './short-names.ts'

/** An event in words: a label of a word or three for a lane, and a sentence. */
export interface EventWords {
  readonly label: string
  readonly sentence: string
}

/** Characters of a message or value that a sentence quotes. */
const QUOTE_MAX = 60

const CLOCKS: Readonly<Record<FactOf<'attempt.lost'>['evidence']['clock'], string>> = {
  beat: 'no beat before its deadline',
  progress: 'no progress for too long',
  timeout: 'its time limit ran out',
  host: 'its host died',
  restart: 'the manager restarted',
  drain: 'its host drained',
}

const RESTED = { finished: 'is done', threw: 'throws', stopped: 'stops', died: 'dies' } as const

/** Reports by what they tell of. */
const REPORTS: Readonly<Record<string, string>> = {
  started: 'start',
  progressed: 'progress',
  lost: 'loss',
  discovered: 'finding',
  emitted: 'part',
  denied: 'denial',
  called: 'tool call',
  modelCalled: 'model call',
  approvalRequested: 'question',
}

/** What an event says, with the names that the reader knows its tasks and slots by. */
export function eventWords(event: TraceEvent, name: Name): EventWords {
  switch (event.type) {
    case 'task.assigned':
      return words(attempt(event, name), `${attempt(event, name)} is assigned to ${name(event.slot)}`)
    case 'attempt.started':
      return words('starts', `${attempt(event, name)} starts`)
    case 'attempt.succeeded':
      return words('result accepted', `the result of ${attempt(event, name)} is accepted`)
    case 'attempt.failed':
      return words('failed', `${attempt(event, name)} failed: ${brief(event.error.message, QUOTE_MAX)}`)
    case 'attempt.lost':
      return words('lost', `${attempt(event, name)} is given up: ${CLOCKS[event.evidence.clock]}`)
    case 'attempt.revoked':
      return words('revoked', `${attempt(event, name)} is revoked: ${brief(event.reason, QUOTE_MAX)}`)
    case 'attempt.emitted':
      return words('part', `${attempt(event, name)} emits ${briefJson(event.value, QUOTE_MAX)}`)
    case 'attempt.beat':
      return words('beat', `a beat of ${attempt(event, name)} counts`)
    case 'attempt.progressed':
      return words('progress', `${attempt(event, name)} reports: ${brief(event.note, QUOTE_MAX)}`)
    case 'result.quarantined':
      return words('kept aside', `a late ${event.kind} of ${attempt(event, name)} is kept aside`)
    case 'result.adopted':
      return words('adopted', `${printable(event.by)} adopts the late result of ${attempt(event, name)}`)
    case 'task.hedged':
      return words('hedged', `${attempt(event, name)} takes long and gets a twin, ${name(event.twin)}`)
    case 'task.yielded':
      return words('yields', `${name(event.task)} waits for its twin ${name(event.twin)}`)
    case 'result.handed':
      return words('handed', `${name(event.task)} gets the result of its twin ${name(event.twin)}`)
    case 'plan.deferred':
      return words('no quota', `the planner is refused: ${brief(event.error.message, QUOTE_MAX)}`)
    case 'plan.requested':
      return words('asked again', `the planner is asked for ${name(event.plan)} again`)
    case 'outputs.published':
      return words('published', `the outputs of ${attempt(event, name)} are published`)
    case 'task.added':
      return words(`+ ${name(event.task.id)}`, added(event, name))
    case 'task.amended':
      return words('amended', `${name(event.task.id)} is amended`)
    case 'task.placed':
      return words('placed', `${name(event.task)} is placed on ${name(event.slot)}`)
    case 'task.retried':
      return words('retry', `${name(event.task)} may be tried again${event.counted ? `, retry ${event.retry}` : ''}`)
    case 'task.succeeded':
      return words(`${name(event.task)} ✓`, `${name(event.task)} has succeeded`)
    case 'task.failed':
      return words(`${name(event.task)} failed`, `${name(event.task)} has failed: ${event.error.code}`)
    case 'task.lost':
      return words(`${name(event.task)} lost`, `${name(event.task)} is lost: ${event.error.code}`)
    case 'task.cancelled':
      return words(`${name(event.task)} cancelled`, `${name(event.task)} is cancelled by ${printable(event.by)}`)
    case 'task.skipped':
      return words(
        `${name(event.task)} skipped`,
        `${name(event.task)} is skipped, because ${name(event.because)} was ${event.outcome}`,
      )
    case 'task.discovered':
      return words('finding', `${attempt(event, name)} found ${briefJson(event.item, QUOTE_MAX)}`)
    case 'spawn.refused':
      return words('refused', `${name(event.task)} is refused: ${event.error.code}`)
    case 'group.opened':
      return words('opens group', `the group ${brief(event.group.name, 24)} is opened${bounds(event.group)}`)
    case 'group.closed':
      return words('closes group', `the group ${brief(event.group, 24)} is closed: ${event.reason}`)
    case 'worker.joined':
      return words('joins', `${name(event.slot)} joins`)
    case 'worker.left':
      return words('leaves', `${name(event.slot)} leaves: ${brief(event.reason, QUOTE_MAX)}`)
    case 'budget.reserved':
    case 'budget.settled': {
      const what = event.type === 'budget.reserved' ? 'reserved for' : 'settled for'
      return words(`${event.tokens} tokens`, `${event.tokens} tokens are ${what} ${attempt(event, name)}`)
    }
    case 'model.called':
      return words('asks model', `${attempt(event, name)} asks ${brief(event.model, QUOTE_MAX)}${callWords(event)}`)
    case 'tool.called':
      return words('calls tool', `${attempt(event, name)} calls ${brief(event.tool, QUOTE_MAX)}`)
    case 'approval.requested':
      return words('asks', `${attempt(event, name)} waits for a person: ${brief(event.question, QUOTE_MAX)}`)
    case 'manager.asked':
      return words('asks', `the manager asks a person: ${brief(event.question, QUOTE_MAX)}`)
    case 'approval.given':
      return words(
        event.granted ? 'granted' : 'denied',
        `${printable(event.by)} ${event.granted ? 'grants' : 'denies'} ${printable(event.approval)}`,
      )
    case 'approval.applied':
      return words('answered', `${attempt(event, name)} is told that it is ${event.granted ? 'granted' : 'denied'}`)
    case 'planner.called':
      return words('asks model', `the planner asks ${brief(event.model, QUOTE_MAX)}${callWords(event)}`)
    case 'limit.reached':
      return words('limit', `a limit is reached: ${event.error.code}`)
    case 'run.paused':
      return words('paused', `the run is paused by ${printable(event.by)}: ${brief(event.reason, QUOTE_MAX)}`)
    case 'manager.decided': {
      const decisions = event.decisions.map((decision) => decided(decision, name)).join(', then ') || 'nothing'
      return words('decides', `the manager decides: ${brief(decisions, QUOTE_MAX * 2)}`)
    }
    case 'message.delivered':
      return words(event.kind, `the manager hears: ${event.kind}`)
    case 'manager.recovered':
      return words('recovered', `manager ${event.managerEpoch} has recovered the run`)
    case 'run.started':
      return words('run starts', 'the run starts')
    case 'run.completed':
      return words('completed', 'the run is completed')
    case 'run.failed':
    case 'run.exhausted':
    case 'run.cancelled':
      return words(event.type.slice(4), `the run has ended ${event.type.slice(4)}: ${printable(event.causeCode)}`)
    default:
      return event.type.startsWith('world.') ? worldWords(event as WorldOnly, name) : plainWords(event, name)
  }
}

/** `task@epoch`, the name of an attempt within its run. */
export function attempt({ task, epoch }: { task: string; epoch: number }, name: Name): string {
  return `${name(task)}@${epoch}`
}

// ---------------------------------------------------------------------------------------------

type WorldOnly = Extract<TraceEvent, { type: `world.${string}` }>

function worldWords(event: WorldOnly, name: Name): EventWords {
  switch (event.type) {
    case 'world.durable':
      return words('stored', `the store is safe up to fact ${event.seq}`)
    case 'world.sent': {
      const whose =
        event.task === undefined ? '' : ` for ${attempt({ task: event.task, epoch: event.epoch ?? 0 }, name)}`
      return words(`→ ${event.effect}`, `manager ${event.managerEpoch} sends ${event.effect}${whose}`)
    }
    case 'world.acknowledged':
      return words('told', `it is told that fact ${event.seq} is recorded`)
    case 'world.working':
      return words('works', `${name(event.slot)} begins to work on ${attempt(event, name)}`)
    case 'world.rested':
      return words(RESTED[event.how], `the code of ${attempt(event, name)} ${RESTED[event.how]}`)
    case 'world.spent':
      return words(`${event.tokens} spent`, `${attempt(event, name)} has used ${event.tokens} tokens`)
    case 'world.delivered': {
      const report = Object.hasOwn(REPORTS, event.report) ? (REPORTS[event.report] as string) : brief(event.report, 20)
      return words(`${report} arrives`, `the ${report} of ${attempt(event, name)} arrives`)
    }
    case 'world.network':
      return words(
        brief(event.what, 24),
        `between manager and ${attempt(event, name)}: ${brief(event.what, QUOTE_MAX)}`,
      )
    case 'world.died':
      return words('dies', `${name(event.actor)} dies`)
    case 'world.rose':
      return words('is back', `${name(event.actor)} is back`)
    case 'world.fault':
      return words(
        event.kind,
        `fault ${printable(event.kind)} on ${struck(event.on, name)}: ${faultSentence(event.kind)}`,
      )
    case 'world.calm':
      return words('calm', 'the faults are over; from here on things must go forward')
    case 'world.stuck':
      return event.why === 'silent'
        ? words('stuck', 'nothing is left that could happen, and the run has not ended')
        : words('endless', 'the run goes on without an end')
  }
}

function callWords(call: ModelCallRecord): string {
  const failed = call.error === undefined ? '' : ` in vain: ${call.error.code}`
  return `${failed}, ${call.inputTokens + call.outputTokens} tokens`
}

/** Facts that say enough by their type and what they are about. */
function plainWords(event: TraceEvent, name: Name): EventWords {
  const type = event.type.replaceAll(/[.-]/g, ' ')
  if ('task' in event && typeof event.task === 'string') return words(type, `${type}, about ${name(event.task)}`)
  return words(type, 'error' in event && event.error !== undefined ? `${type}: ${event.error.code}` : type)
}

function added({ task, parent }: FactOf<'task.added'>, name: Name): string {
  const after = task.dependsOn?.map(name).join(', ') ?? ''
  const from = parent === undefined ? '' : `, found by ${name(parent)}`
  return brief(`${name(task.id)} is added${after === '' ? '' : `, after ${after}`}${from}`, QUOTE_MAX * 2)
}

function decided(decision: Decision, name: Name): string {
  switch (decision.type) {
    case 'delegate':
      return `delegate ${decision.tasks.map(({ id }) => name(id)).join(' ')}`
    case 'cancel':
      return `cancel ${scopeName(decision.scope, name)}`
    case 'group':
      return `open the group ${brief(decision.group.name, 24)}`
    case 'waive':
      return `waive ${decision.tasks.map(name).join(' ')}`
    default:
      return decision.type
  }
}

/** The limits and the policy of a group, as they were written. */
function bounds({ name: _name, ...limits }: Group): string {
  const said = Object.entries(limits).map(([limit, value]) => `${limit} ${value}`)
  return said.length === 0 ? '' : ` with ${said.join(', ')}`
}

function scopeName(scope: CancelScope, name: Name): string {
  if (scope.kind === 'run') return 'the run'
  return scope.kind === 'group' ? `the group ${brief(scope.group, 24)}` : name(scope.task)
}

/** What a fault strikes: an attempt is shown by the name of its task. */
function struck(on: string, name: Name): string {
  const [, task, epoch] = /^(.+)@(\d+)$/s.exec(on) ?? []
  return task === undefined ? name(on) : attempt({ task, epoch: Number(epoch) }, name)
}

function faultSentence(kind: string): string {
  if (!Object.hasOwn(FAULT_CATALOGUE, kind)) return 'a fault of your own'
  const { sentence } = FAULT_CATALOGUE[kind as FaultKind]
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1, -1)}`
}

function words(label: string, sentence: string): EventWords {
  return { label, sentence }
}
