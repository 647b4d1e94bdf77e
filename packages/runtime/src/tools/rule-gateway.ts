/**
 * The door that every tool call passes.
 *
 * Theory of operation. A grant is compiled when the attempt opens it and never changes. A call is
 * judged in one order: is the attempt alive, is the name granted (own names only, compared exactly),
 * is the input plain JSON and does it fit the tool's schema, does a denial cover it, do the allowing
 * rules (the worker's, and the policy's if it has any) cover all that it names, does the task use the
 * paths, are those of a writing call among its outputs; then, does a person have to permit it. What a
 * call names comes from the very value that the handler receives, so no second reading can differ.
 *
 * Rules: nothing is allowed that no rule allows; a denial beats every allowance and matches folded
 * names; every denial names its rule and is reported; a dead attempt is refused, before and after the
 * handler's work. A call that waits for a person is reported, and goes on by the recorded answer alone;
 * what its worker then does, or whether it still listens, changes nothing.
 */
import {
  attemptId,
  BosunError,
  canonicalJson,
  errorRecord,
  type AttemptKey,
  type Beat,
  type CarryOut,
  type Grant,
  type HeldAnswer,
  type Json,
  type Report,
  type ToolGateway,
  idempotencyKey,
} from '@bosun/core'
import { createHash } from 'node:crypto'
import { jsonFault, shapeFault } from '@bosun/sdk'
import type { AnyToolHandler, ToolIo } from '@bosun/sdk'
import { AttemptTable } from '../broker/attempt-table.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { NO_CODE, type CodePaths } from './code-paths.ts'
import { isHostedTool } from './hosted-tool.ts'
import { shown } from './shown.ts'
import { compileUses, ToolRules, type PathBounds, type Question } from './tool-rules.ts'

/** Calls of one attempt that may be under way at the same time. */
const CALLS_PER_ATTEMPT_MAX = 64
/** What is shown of a call that waits, and of its input. */
const HELD_LENGTH_MAX = 1_000
/** Denials of one attempt that are reported one by one; a worker that tries on fills no journal. */
const DENIALS_PER_ATTEMPT_MAX = 100

export interface RuleGatewayOptions {
  readonly handlers: ReadonlyMap<string, AnyToolHandler>
  /** Absolute folder that runs read. */
  readonly workspace: string
  /** Read-only folders by the first segment of the paths that reach them. @defaultValue none */
  readonly mounts?: Readonly<Record<string, string>>
  /** Where no tool writes, whatever its rules allow. @defaultValue nowhere */
  readonly code?: CodePaths
  /** Takes secrets out of what is shown of a held call before that is cut: half of one is found by nobody. @defaultValue none */
  readonly redactor?: Redactor
  /** Where denials go. */
  readonly report: (report: Report) => void
  /** Where calls that were made go, with their time and fault. @defaultValue nowhere */
  readonly beat?: (beat: Beat) => void
}

interface OpenGrant {
  readonly key: AttemptKey
  readonly grant: Grant
  readonly tools: ReadonlyMap<string, ToolRules>
  readonly bounds: PathBounds
  /** Aborts when the grant closes; made by the first call. */
  controller: AbortController | undefined
  /** What people were asked, by the key of the call; made by the first. */
  questions: Map<string, PromiseWithResolvers<HeldAnswer>> | undefined
  callsCount: number
  denialsCount: number
  next: OpenGrant | undefined
}

/** A call that the rules have let through. */
interface JudgedCall {
  readonly name: string
  readonly input: unknown
  readonly signal: AbortSignal
  /** Why a person had to permit it. */
  readonly question: Question | undefined
}

/** What is told of a call that was made. */
interface MadeCall {
  readonly name: string
  readonly ms: number
  readonly fault: BosunError | undefined
  readonly approval: string | undefined
}

export class RuleGateway implements ToolGateway {
  readonly #options: RuleGatewayOptions
  readonly #grants = new AttemptTable<OpenGrant>()
  /** Attempts of one worker share their `tools`, which are compiled once. */
  readonly #compiled = new WeakMap<Grant['tools'], ReadonlyMap<string, ToolRules>>()

  constructor(options: RuleGatewayOptions) {
    this.#options = options
  }

  open(grant: Grant): void {
    this.close(grant.attempt)
    this.#grants.add({
      key: grant.attempt,
      grant,
      tools: this.#compile(grant.tools),
      bounds: {
        outputs: grant.outputs === undefined ? undefined : new Set(grant.outputs),
        uses: grant.uses === undefined ? undefined : compileUses(grant.uses),
        code: this.#options.code ?? NO_CODE,
      },
      controller: undefined,
      questions: undefined,
      callsCount: 0,
      denialsCount: 0,
      next: undefined,
    })
  }

  async call(attempt: AttemptKey, name: string, input: Json, signal: AbortSignal, carryOut?: CarryOut): Promise<Json> {
    const open = this.#grants.get(attempt)
    if (open === undefined) throw new BosunError('ATTEMPT_DEAD', { at: idOf(attempt) })
    const tool = open.tools.get(name)
    if (tool === undefined) throw this.#deny(open, name, 'default deny', 'the worker holds no tool of this name')
    if (open.callsCount >= CALLS_PER_ATTEMPT_MAX) {
      throw this.#deny(open, name, `at most ${CALLS_PER_ATTEMPT_MAX} calls at the same time`, 'one call too many')
    }
    const parsed = this.#parse(tool, name, input)
    this.#judge(open, tool, name, parsed)
    open.callsCount += 1
    const question = tool.questionOf(parsed)
    const approval = question === undefined ? undefined : await this.#permission(open, tool, name, input, question)
    const startedAt = performance.now()
    let fault: BosunError | undefined
    try {
      // Whoever has given up waiting for it does not want it done.
      if (question !== undefined) signal.throwIfAborted()
      open.controller ??= new AbortController()
      const stop = AbortSignal.any([signal, open.controller.signal])
      const isElsewhere = carryOut !== undefined && isHostedTool(tool.handler)
      // What a host makes of its own tool stays there, and is nothing that anybody here would believe.
      const output = isElsewhere
        ? await carryOut(stop).then(() => null)
        : await this.#handle(open, tool, { name, input: parsed, signal: stop, question })
      if (this.#grants.get(attempt) !== open) throw new BosunError('ATTEMPT_DEAD', { at: idOf(attempt) })
      return output
    } catch (error) {
      throw (fault = BosunError.from(error, 'TOOL_FAILED', { at: tool.handler.declaration.name }))
    } finally {
      open.callsCount -= 1
      this.#tell(open, tool, { name, ms: Math.round(performance.now() - startedAt), fault, approval })
    }
  }

  answer(attempt: AttemptKey, answer: HeldAnswer): void {
    this.#grants.get(attempt)?.questions?.get(answer.key)?.resolve(answer)
  }

  close(attempt: AttemptKey): void {
    const open = this.#grants.get(attempt)
    if (open === undefined) return
    this.#grants.delete(open)
    const dead = new BosunError('ATTEMPT_DEAD', { at: idOf(attempt) })
    open.controller?.abort(dead)
    if (open.questions !== undefined) for (const { reject } of open.questions.values()) reject(dead)
  }

  // Private

  #compile(tools: Grant['tools']): ReadonlyMap<string, ToolRules> {
    let compiled = this.#compiled.get(tools)
    if (compiled === undefined) {
      compiled = new Map(Object.entries(tools).map(([name, use]) => [name, new ToolRules(use, this.#options.handlers)]))
      this.#compiled.set(tools, compiled)
    }
    return compiled
  }

  #parse(tool: ToolRules, name: string, input: Json): unknown {
    const refuse = (received: string): BosunError =>
      new BosunError('TOOL_INPUT_INVALID', {
        at: name,
        expected: `an input of ${tool.handler.declaration.name}`,
        received,
      })
    const fault = jsonFault(input)
    if (fault !== undefined) throw refuse(fault)
    const parsed = tool.handler.declaration.input.safeParse(input)
    if (!parsed.success) throw refuse(shapeFault(parsed.error))
    return parsed.data
  }

  #judge(open: OpenGrant, tool: ToolRules, name: string, input: unknown): void {
    let denial
    try {
      denial = tool.denialOf(input, open.bounds)
    } catch (error) {
      throw BosunError.from(error, 'TOOL_INPUT_INVALID', { at: name })
    }
    if (denial !== undefined) throw this.#deny(open, name, denial.rule, denial.call)
  }

  /**
   * Holds a call until a person has answered, and returns the id of the answer. Nothing that the caller does
   * ends the wait but the end of its attempt: whoever could drop a question could ask without end.
   *
   * @throws TOOL_DENIED, ATTEMPT_DEAD
   */
  async #permission(open: OpenGrant, tool: ToolRules, name: string, input: Json, asked: Question): Promise<string> {
    try {
      const { approval, granted, by, reason } = await this.#ask(open, tool, input, asked)
      if (granted) return approval
      const why = reason === '' ? '' : `: ${reason}`
      throw this.#deny(open, name, `policy.ask: ${asked.rule}`, `${asked.call}, denied by ${by}${why}`)
    } catch (error) {
      open.callsCount -= 1
      throw error
    }
  }

  #ask(open: OpenGrant, { handler }: ToolRules, input: Json, { rule, call }: Question): Promise<HeldAnswer> {
    const tool = handler.declaration.name
    const json = canonicalJson(input)
    const key = createHash('sha256')
      .update(canonicalJson([tool, json]))
      .digest('hex')
    open.questions ??= new Map()
    let question = open.questions.get(key)
    if (question === undefined) {
      question = Promise.withResolvers()
      open.questions.set(key, question)
      // A call that nobody waits for any more may still be asked about.
      question.promise.catch(() => {})
      const show = (text: string) => shown(this.#options.redactor?.text(text) ?? text, HELD_LENGTH_MAX)
      const held = { key, tool, rule, input: show(json) }
      this.#options.report({ ...open.key, type: 'approvalRequested', question: show(call), call: held })
    }
    return question.promise
  }

  async #handle(open: OpenGrant, tool: ToolRules, call: JudgedCall): Promise<Json> {
    const { name, input, signal, question } = call
    const { declaration, handle } = tool.handler
    const io: ToolIo = {
      workspace: this.#options.workspace,
      staging: open.grant.staging,
      mounts: this.#options.mounts ?? {},
      signal,
      attempt: idOf(open.key),
      idempotencyKey: idempotencyKey(open.key.run, open.key.task),
      covers: (path) => tool.coversPath(path, open.bounds),
      permit: (further) => {
        this.#judge(open, tool, name, further)
        this.#judgeStep(open, tool, { name, granted: question?.rule, further })
      },
    }
    const output: unknown = await handle(input, io)
    const parsed = declaration.output.safeParse(output)
    if (parsed.success) return parsed.data as Json
    throw new BosunError('TOOL_FAILED', {
      at: declaration.name,
      expected: 'an output that fits the schema of the tool',
      received: shapeFault(parsed.error),
    })
  }

  /** In the midst of a call nobody is asked again: what a person has permitted covers the steps under the same rule. */
  #judgeStep(
    open: OpenGrant,
    tool: ToolRules,
    {
      name,
      granted,
      further,
    }: { readonly name: string; readonly granted: string | undefined; readonly further: unknown },
  ): void {
    const asked = tool.questionOf(further)
    if (asked === undefined || asked.rule === granted) return
    throw this.#deny(open, name, `policy.ask: ${asked.rule}`, `${asked.call}, which the call came to by itself`)
  }

  #tell(open: OpenGrant, { handler }: ToolRules, { name, ms, fault, approval }: MadeCall): void {
    if (this.#options.beat === undefined) return
    const beat: Beat = {
      ...open.grant.attempt,
      type: 'called',
      tool: handler.declaration.name,
      name: shown(name),
      ms,
      ...(approval === undefined ? {} : { approval }),
    }
    this.#options.beat(fault === undefined ? beat : { ...beat, error: errorRecord(fault) })
  }

  #deny(open: OpenGrant, name: string, rule: string, call: string): BosunError {
    const { attempt } = open.grant
    const tool = shown(name)
    const detail = shown(call)
    open.denialsCount += 1
    if (open.denialsCount <= DENIALS_PER_ATTEMPT_MAX) {
      this.#options.report({ ...attempt, type: 'denied', tool, rule: shown(rule), detail })
    }
    return new BosunError('TOOL_DENIED', { at: tool, expected: shown(rule), received: detail })
  }
}

function idOf(attempt: AttemptKey): string {
  return attemptId(attempt.run, attempt.task, attempt.epoch)
}
