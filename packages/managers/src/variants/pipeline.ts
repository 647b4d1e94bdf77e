import { BosunError, isTaskId, type Decision, type Json, type Manager, type Message, type RunView } from '@bosun/core'
import { ask, fail, openGroup, waive } from '../decisions/decisions.ts'
import { decide } from '../define/decide.ts'
import { defineManager } from '../define/define-manager.ts'
import type { GoalSchema } from '../define/goal-schema.ts'
import { nest } from '../nested/nest.ts'
import type { Part } from '../nested/part.ts'
import { join } from '../reducers/join.ts'
import { conclude, gathered, type Gathered } from './gathered.ts'
import { workOf, type AnyStage, type StageWork } from './stage.ts'

export interface PipelineOptions<G, R> {
  readonly name: string
  readonly goal?: GoalSchema<G>
  /** One after the other; each gets what the one before handed on. */
  readonly stages: readonly AnyStage[]
  /**
   * What the first stage gets.
   * @defaultValue the goal
   */
  readonly input?: (goal: G, view: RunView) => unknown
  /**
   * What the run finishes with, from what each stage handed on last, by name.
   * @defaultValue what the last stage handed on
   */
  readonly finish?: (outputs: Readonly<Record<string, Json>>, view: RunView) => R
}

/** What became of a stage each time its turn came. */
export interface StageRecord {
  readonly stage: string
  /** 1 for the first time. */
  readonly execution: number
  readonly state: 'succeeded' | 'failed' | 'not needed'
}

/** What `pipeline` finishes with, or fails with; `result` is null if a stage failed. */
export interface Piped<R> extends Gathered<R> {
  readonly stages: readonly StageRecord[]
}

/**
 * A manager whose work passes through stages: each begins when the one before has succeeded, and sees
 * nothing but what that one handed over.
 *
 * A stage has succeeded when each of its tasks has, detached ones aside, or was waived. When one fails, no
 * further stage begins, and the run ends without a result; `bosun retry` of the tasks that failed goes on
 * from there.
 *
 * @example
 * import { pipeline, task } from '@bosun/managers'
 *
 * interface Outline { readonly chapters: readonly string[] }
 *
 * export default pipeline({
 *   name: 'book',
 *   stages: [
 *     { name: 'outline', run: (topic: string) => task('outline', { topic }, { id: 'all' }) },
 *     {
 *       name: 'write',
 *       run: ({ chapters }: Outline) => chapters.map((title, n) => task('write', { title }, { id: `chapter-${n}` })),
 *     },
 *     { name: 'bind', run: (chapters: string[]) => task('bind', { chapters }, { id: 'all' }) },
 *   ],
 * })
 */
export function pipeline<G = Json, R = Json>(options: PipelineOptions<G, R>): Manager<G, Piped<R>> {
  const { name, goal, stages } = options
  checkStages(name, stages)
  return defineManager<G, Piped<R>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    program(inbox$, view) {
      const run = new PipelineRun(options, view)
      return inbox$.pipe(decide((message) => run.take(message)))
    },
  })
}

// ---------------------------------------------------------------------------------------------

/** A stage that has its turn. */
interface Turn {
  readonly part: Part
  readonly work: StageWork
  readonly input: Json
}

class PipelineRun<G, R> {
  readonly #options: PipelineOptions<G, R>
  readonly #view: RunView
  readonly #parts: Part[] = []
  readonly #records: StageRecord[] = []
  readonly #outputs: Record<string, Json> = {}
  /** Times that each stage was begun, rounds that each loop has made, and reruns of each stage. */
  readonly #executions = new Map<string, number>()
  readonly #rounds = new Map<string, number>()
  readonly #reruns = new Map<string, number>()
  /** The stage at hand; behind the last one once all are done. */
  #at = 0
  #input: Json = null
  /** Set while a stage has its turn; kept when it has failed, since it can be tried again. */
  #turn: Turn | undefined
  /** Why no further stage begins, unless what failed is tried again. */
  #stopped: string | undefined
  /** The question that is put before the stage at hand, and whether somebody has said yes to it. */
  #question: string | undefined
  #isPermitted = false
  /** Set once a loop has wanted more rounds than it has, or a person has said no; nothing goes on from there. */
  #isEscalated = false

  constructor(options: PipelineOptions<G, R>, view: RunView) {
    this.#options = options
    this.#view = view
  }

  take(message: Message<G>): Decision[] {
    if (message.type === 'goal') {
      const { input } = this.#options
      this.#input = (input === undefined ? message.goal : input(message.goal, this.#view)) as Json
      return this.#goOn(message)
    }
    if (message.type === 'answered' && message.request === this.#question) {
      this.#hear(message)
      return this.#goOn(message)
    }
    // Something is still outstanding that has not been heard of; what it comes to is a message, too.
    if (message.type === 'refused' && message.decision === 'finish') return []
    const told = this.#tell(message as Message)
    return [...told, ...this.#goOn(message)]
  }

  #tell(message: Message): Decision[] {
    const current = this.#turn?.part
    if (message.type === 'settled' || message.type === 'steer') return current?.take(message) ?? []
    return this.#parts.find((part) => part.owns(message))?.take(message) ?? []
  }

  /** Takes up what can be taken up now, until something has to be waited for. */
  #goOn({ type, seq }: Message<G>): Decision[] {
    const decisions: Decision[] = []
    let isMoving = true
    while (isMoving) {
      const turn = this.#turn
      if (turn === undefined) isMoving = !this.#isEscalated && this.#begin(decisions, seq)
      else isMoving = turn.part.end !== undefined && this.#end(turn, decisions, seq)
    }
    const isDone = this.#stopped !== undefined || this.#at === this.#options.stages.length
    if (isDone && (type === 'settled' || this.#parts.every(({ isAtRest }) => isAtRest))) {
      decisions.push(this.#conclude())
    }
    return decisions
  }

  /** Begins the stage at hand, or passes over it; false if there is none, or something has to end before. */
  #begin(decisions: Decision[], seq: number): boolean {
    const stage = this.#options.stages[this.#at]
    if (stage === undefined) return false
    const joined = join(this.#view, stage.join ?? [])
    if (joined === undefined) return false
    this.#stopped = joined.every(({ outcome }) => outcome === 'succeeded')
      ? undefined
      : `stage ${stage.name} could not begin, because what it joins did not succeed`
    if (this.#stopped !== undefined) return false
    if (stage.when?.(this.#input, this.#view) === false) {
      this.#record(stage, 'not needed')
      this.#outputs[stage.name] = this.#input
      this.#at += 1
    } else if (stage.ask !== undefined && !this.#isPermitted) {
      if (this.#question === undefined) decisions.push(this.#ask(stage, stage.ask))
      return false
    } else {
      this.#isPermitted = false
      decisions.push(...this.#run(stage, this.#input, seq))
    }
    return true
  }

  #ask({ name }: AnyStage, question: NonNullable<AnyStage['ask']>): Decision {
    const execution = (this.#executions.get(name) ?? 0) + 1
    this.#question = execution === 1 ? name : `${name}:${execution}`
    return ask(this.#question, typeof question === 'string' ? question : question(this.#input, this.#view))
  }

  #hear({ granted, by, reason, request }: Extract<Message<G>, { type: 'answered' }>): void {
    this.#question = undefined
    this.#isPermitted = granted
    if (granted) return
    this.#stopped = `stage ${request} was denied by ${by}${reason === '' ? '' : `: ${reason}`}`
    this.#isEscalated = true
  }

  #run(stage: AnyStage, input: Json, seq: number): Decision[] {
    const execution = (this.#executions.get(stage.name) ?? 0) + 1
    this.#executions.set(stage.name, execution)
    const work = workOf(stage, input)
    const name = execution === 1 ? stage.name : `${stage.name}:${execution}`
    const part = nest(name, work.manager, input, this.#view)
    this.#parts.push(part)
    this.#turn = { part, work, input }
    const opened = stage.limits === undefined ? [] : [openGroup(name, stage.limits)]
    return [...opened, ...part.begin(seq)]
  }

  /** What follows the end of a stage; false if nothing does. */
  #end({ part, work, input }: Turn, decisions: Decision[], seq: number): boolean {
    const stage = this.#options.stages[this.#at] as AnyStage
    const { end, refused } = part
    const missing = part.missing.filter(({ task }) => this.#isNeeded(task))
    if (end?.type === 'finished' && missing.length === 0 && refused.length === 0) {
      this.#turn = undefined
      this.#stopped = undefined
      this.#record(stage, 'succeeded')
      this.#handOn(stage, work.outputOf(end.result) as Json)
      return true
    }
    if (this.#stopped !== undefined) return false
    this.#record(stage, 'failed')
    if (this.#mayRerun(stage, part)) {
      decisions.push(
        waive(
          missing.map(({ task }) => task),
          `stage ${stage.name} is run again`,
        ),
      )
      decisions.push(...this.#run(stage, input, seq))
      return true
    }
    this.#stopped =
      end?.type === 'failed'
        ? `stage ${stage.name} failed: ${end.reason}`
        : `stage ${stage.name} lacks ${missing[0]?.task ?? refused[0]?.task}`
    return false
  }

  #handOn(stage: AnyStage, output: Json): void {
    const { stages } = this.#options
    this.#outputs[stage.name] = output
    this.#input = output
    this.#at += 1
    const { repeat } = stage
    const again = repeat?.input(output)
    if (repeat === undefined || again === undefined) return
    const round = (this.#rounds.get(stage.name) ?? 1) + 1
    if (round > repeat.roundsMax) {
      this.#stopped = `stage ${stage.name} wants another round after ${repeat.roundsMax}: ${shown(again)}`
      this.#isEscalated = true
      return
    }
    this.#rounds.set(stage.name, round)
    this.#input = again as Json
    this.#at = stages.findIndex(({ name }) => name === (repeat.from ?? stage.name))
  }

  /** Whether a stage has failed without this task. */
  #isNeeded(id: string): boolean {
    const task = this.#view.task(id)
    return task === undefined || (!task.waived && task.spec.wait !== 'detached')
  }

  #mayRerun(stage: AnyStage, { missing, refused }: Part): boolean {
    const reruns = this.#reruns.get(stage.name) ?? 0
    const waivable: readonly string[] = this.#view.config.policy.waive
    if (reruns >= (stage.rerunsMax ?? 0) || refused.length > 0) return false
    if (!missing.every(({ outcome }) => waivable.includes(outcome))) return false
    this.#reruns.set(stage.name, reruns + 1)
    return true
  }

  #record(stage: AnyStage, state: StageRecord['state']): void {
    this.#records.push({ stage: stage.name, execution: this.#executions.get(stage.name) ?? 0, state })
  }

  #conclude(): Decision {
    const account = {
      contains: this.#parts.flatMap(({ contains }) => contains),
      missing: this.#parts.flatMap(({ missing }) => missing),
      refused: this.#parts.flatMap(({ refused }) => refused),
    }
    const stopped = this.#stopped
    // What a loop, or a person, was not content with is there all the same.
    const result = stopped === undefined || this.#isEscalated ? this.#result() : null
    const stages = this.#records
    const lacks =
      account.refused.length > 0 || account.missing.some(({ task }) => this.#view.task(task)?.waived !== true)
    // What is lacking ends the run as what it is; when nothing is, a finish would pass for complete.
    if (stopped !== undefined && (this.#isEscalated || !lacks)) {
      return fail(stopped, { ...gathered(result, account, undefined, this.#view), stages })
    }
    return conclude(result, account, undefined, this.#view, { stages })
  }

  #result(): unknown {
    const { finish } = this.#options
    return finish === undefined ? this.#input : finish(this.#outputs, this.#view)
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}

function checkStages(name: string, stages: readonly AnyStage[]): void {
  const at = `pipeline ${name}`
  const names = new Set<string>()
  for (const [index, stage] of stages.entries()) {
    if (!isTaskId(stage.name) || /[/:]/.test(stage.name) || names.has(stage.name)) {
      const expected = 'a name for each stage: one segment of an id, without a colon'
      throw new BosunError('PLUGIN_INVALID', { at, expected, received: JSON.stringify(stage.name) })
    }
    names.add(stage.name)
    const { repeat } = stage
    if (repeat === undefined) continue
    if (!names.has(repeat.from ?? stage.name)) {
      const expected = `stage ${stage.name} to go back to itself or to a stage before it`
      throw new BosunError('PLUGIN_INVALID', { at, expected, received: `"${repeat.from}", stage ${index + 1}` })
    }
    if (!Number.isSafeInteger(repeat.roundsMax) || repeat.roundsMax < 1) {
      const expected = `roundsMax of stage ${stage.name} from 1 up`
      throw new BosunError('PLUGIN_INVALID', { at, expected, received: String(repeat.roundsMax) })
    }
  }
}
