/**
 * The door that every tool call passes.
 *
 * Theory of operation. A grant is compiled when the attempt opens it and never changes. A call is
 * judged in one order: is the attempt alive, is the name granted (own names only, compared exactly),
 * is the input plain JSON and does it fit the tool's schema, does a denial cover it, do the allowing
 * rules cover all of its paths, are the paths of a writing call among the task's outputs. The paths
 * come from the very value that the handler receives, so no second reading can differ.
 *
 * Rules: nothing is allowed that no rule allows; a denial beats every allowance and matches folded
 * names; every denial names its rule and is reported; a dead attempt is refused, before and after the
 * handler's work.
 */
import {
  attemptId,
  BosunError,
  type AttemptKey,
  type Grant,
  type Json,
  type Report,
  type ToolGateway,
} from '@bosun/core'
import { jsonFault, shapeFault } from '@bosun/sdk'
import type { AnyToolHandler, ToolIo } from '@bosun/sdk'
import { AttemptTable } from '../broker/attempt-table.ts'
import { canonicalPath } from './canonical-path.ts'
import type { CodePaths } from './code-paths.ts'
import { compileRule, foldName, type CompiledRule } from './compiled-rule.ts'
import { shown } from './shown.ts'

/** Calls of one attempt that may be under way at the same time. */
const CALLS_PER_ATTEMPT_MAX = 64
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
  /** Where denials go. */
  readonly report: (report: Report) => void
}

interface CompiledTool {
  readonly handler: AnyToolHandler
  readonly allow: readonly CompiledRule[]
  readonly deny: readonly CompiledRule[]
}

interface OpenGrant {
  readonly key: AttemptKey
  readonly grant: Grant
  readonly tools: ReadonlyMap<string, CompiledTool>
  readonly outputs: ReadonlySet<string> | undefined
  /** Aborts when the grant closes; made by the first call. */
  controller: AbortController | undefined
  callsCount: number
  denialsCount: number
  next: OpenGrant | undefined
}

export class RuleGateway implements ToolGateway {
  readonly #options: RuleGatewayOptions
  readonly #grants = new AttemptTable<OpenGrant>()
  /** Attempts of one worker share their `tools`, which are compiled once. */
  readonly #compiled = new WeakMap<Grant['tools'], ReadonlyMap<string, CompiledTool>>()

  constructor(options: RuleGatewayOptions) {
    this.#options = options
  }

  open(grant: Grant): void {
    this.close(grant.attempt)
    this.#grants.add({
      key: grant.attempt,
      grant,
      tools: this.#compile(grant.tools),
      outputs: grant.outputs === undefined ? undefined : new Set(grant.outputs),
      controller: undefined,
      callsCount: 0,
      denialsCount: 0,
      next: undefined,
    })
  }

  async call(attempt: AttemptKey, name: string, input: Json, signal: AbortSignal): Promise<Json> {
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
    try {
      open.controller ??= new AbortController()
      const output = await this.#handle(open, tool, parsed, AbortSignal.any([signal, open.controller.signal]))
      if (this.#grants.get(attempt) !== open) throw new BosunError('ATTEMPT_DEAD', { at: idOf(attempt) })
      return output
    } finally {
      open.callsCount -= 1
    }
  }

  close(attempt: AttemptKey): void {
    const open = this.#grants.get(attempt)
    if (open === undefined) return
    this.#grants.delete(open)
    open.controller?.abort(new BosunError('ATTEMPT_DEAD', { at: idOf(attempt) }))
  }

  // Private

  #compile(tools: Grant['tools']): ReadonlyMap<string, CompiledTool> {
    const known = this.#compiled.get(tools)
    if (known !== undefined) return known
    const compiled = new Map<string, CompiledTool>()
    for (const [name, use] of Object.entries(tools)) {
      const handler = this.#options.handlers.get(use.tool)
      if (handler === undefined) throw new BosunError('TOOL_UNKNOWN', { at: name, received: use.tool })
      const rules = (texts: readonly string[]) => texts.map((text) => compileRule(text, this.#options.handlers))
      const [allow, deny] = [rules(use.allow), rules(use.deny)]
      // A rule of another tool allows and denies nothing here.
      compiled.set(name, {
        handler,
        allow: allow.filter((rule) => rule.tool === use.tool),
        deny: deny.filter((rule) => rule.tool === use.tool),
      })
    }
    this.#compiled.set(tools, compiled)
    return compiled
  }

  #parse(tool: CompiledTool, name: string, input: Json): unknown {
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

  #judge(open: OpenGrant, tool: CompiledTool, name: string, input: unknown): void {
    const { declaration } = tool.handler
    const paths = declaration.paths?.(input).map((path: string) => canonicalPath(path)) ?? []
    const call = paths.length === 0 ? declaration.name : `${declaration.name}(${paths.join(', ')})`
    for (const rule of tool.deny) {
      if (rule.foldedGlob === undefined) throw this.#deny(open, name, rule.text, call)
      for (const path of paths) {
        if (rule.glob?.matches(path) === true || rule.foldedGlob.matches(foldName(path))) {
          throw this.#deny(open, name, rule.text, call)
        }
      }
    }
    const covers = (path: string) => tool.allow.some((rule) => rule.glob?.matches(path) ?? true)
    const isAllowed = declaration.paths === undefined ? tool.allow.length > 0 : paths.length > 0 && paths.every(covers)
    if (!isAllowed) {
      throw this.#deny(open, name, tool.allow.map((rule) => rule.text).join(', ') || 'default deny', call)
    }
    if (declaration.access !== 'write') return
    if (paths.some((path) => this.#options.code?.cover(path) === true)) {
      throw this.#deny(open, name, 'code and config of the project', call)
    }
    if (open.outputs === undefined) return
    if (!paths.every((path) => open.outputs?.has(path) === true)) {
      throw this.#deny(open, name, 'the outputs of the task', call)
    }
  }

  async #handle(open: OpenGrant, tool: CompiledTool, input: unknown, signal: AbortSignal): Promise<Json> {
    const { declaration, handle } = tool.handler
    const io: ToolIo = {
      workspace: this.#options.workspace,
      staging: open.grant.staging,
      mounts: this.#options.mounts ?? {},
      signal,
    }
    try {
      const output: unknown = await handle(input, io)
      const parsed = declaration.output.safeParse(output)
      if (parsed.success) return parsed.data as Json
      throw new BosunError('TOOL_FAILED', {
        at: declaration.name,
        expected: 'an output that fits the schema of the tool',
        received: shapeFault(parsed.error),
      })
    } catch (error) {
      throw BosunError.from(error, 'TOOL_FAILED', { at: declaration.name })
    }
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
