import { BosunError, type ToolGrant } from '@bosun/core'
import { pathGlob, type AnyToolHandler, type PathGlob } from '@bosun/sdk'
import { canonicalPath } from './canonical-path.ts'
import type { CodePaths } from './code-paths.ts'
import { compileRule, type CompiledRule } from './compiled-rule.ts'

/** Why a call is denied: the rule, and what the call would have reached. */
export interface Denial {
  readonly rule: string
  readonly call: string
}

/** That a person has to permit a call: the rule that says so, and what the call would reach. */
export type Question = Denial

/** What narrows the paths of one attempt's calls, whatever its rules allow. */
export interface PathBounds {
  readonly outputs: ReadonlySet<string> | undefined
  readonly uses: { readonly read: readonly PathGlob[]; readonly write: readonly PathGlob[] } | undefined
  readonly code: CodePaths
}

/** The paths that a task uses, compiled. @throws RULE_MALFORMED */
export function compileUses(uses: { readonly read: readonly string[]; readonly write: readonly string[] }): {
  readonly read: readonly PathGlob[]
  readonly write: readonly PathGlob[]
} {
  return { read: uses.read.map((text) => pathGlob(text)), write: uses.write.map((text) => pathGlob(text)) }
}

/**
 * The rules of one granted tool, and the one order in which they are asked: a denial, the worker's
 * allowances, those of the policy, the paths that the task uses, the project's code, the outputs.
 */
export class ToolRules {
  readonly handler: AnyToolHandler
  readonly #allow: readonly CompiledRule[]
  readonly #within: readonly CompiledRule[] | undefined
  readonly #deny: readonly CompiledRule[]
  readonly #ask: readonly CompiledRule[]

  /** @throws TOOL_UNKNOWN, RULE_MALFORMED */
  constructor(use: ToolGrant, handlers: ReadonlyMap<string, AnyToolHandler>) {
    const handler = handlers.get(use.tool)
    if (handler === undefined) throw new BosunError('TOOL_UNKNOWN', { at: use.tool, received: use.tool })
    this.handler = handler
    // A rule of another tool allows nothing here, and denies only what this tool says it denies.
    const denials = [use.tool, ...(handler.declaration.deniedWith ?? [])]
    const rules = (texts: readonly string[], tools: readonly string[]) =>
      texts.map((text) => compileRule(text, handlers)).filter((rule) => tools.includes(rule.tool))
    this.#allow = rules(use.allow, [use.tool])
    this.#within = use.within === undefined ? undefined : rules(use.within, [use.tool])
    this.#deny = rules(use.deny, denials)
    this.#ask = rules(use.ask ?? [], denials)
  }

  /** Why a call must not be made. What the tool throws over its input is thrown on. @throws FILE_REFUSED */
  denialOf(input: unknown, bounds: PathBounds): Denial | undefined {
    const { paths, subjects, call } = this.#named(input)
    const rule = this.#denyingRule(subjects) ?? this.#boundOf(paths ?? [], bounds)
    return rule === undefined ? undefined : { rule, call }
  }

  /** Why a call that is not denied has to wait for a person. */
  questionOf(input: unknown): Question | undefined {
    if (this.#ask.length === 0) return undefined
    const { subjects, call } = this.#named(input)
    const rule = holding(this.#ask, subjects)
    return rule === undefined ? undefined : { rule: rule.text, call }
  }

  /** Whether a call may reach a path that it did not name. */
  coversPath(path: string, bounds: PathBounds): boolean {
    try {
      const paths = [canonicalPath(path)]
      const subjects = this.handler.declaration.covers === undefined ? paths : undefined
      // Nobody is asked about what a call comes across.
      if (holding(this.#ask, paths) !== undefined) return false
      return (subjects === undefined || this.#denyingRule(subjects) === undefined) && !this.#boundOf(paths, bounds)
    } catch {
      return false
    }
  }

  // Private

  /** What a call names, by paths where it names any, and in a word. */
  #named(input: unknown) {
    const { declaration } = this.handler
    const paths: readonly string[] | undefined = declaration.paths?.(input).map((path: string) => canonicalPath(path))
    const subjects: readonly string[] | undefined = declaration.covers?.subjects(input) ?? paths
    const named = subjects === undefined || subjects.length === 0 ? '' : `(${subjects.join(', ')})`
    return { paths, subjects, call: `${declaration.name}${named}` }
  }

  /** @param subjects undefined for a tool whose calls name nothing */
  #denyingRule(subjects: readonly string[] | undefined): string | undefined {
    const denial = holding(this.#deny, subjects)
    if (denial !== undefined) return denial.text
    const isCovered = (rules: readonly CompiledRule[]) =>
      subjects === undefined
        ? rules.length > 0
        : subjects.length > 0 && subjects.every((subject) => rules.some((rule) => rule.covers(subject)))
    if (!isCovered(this.#allow)) return listed(this.#allow) || 'default deny'
    if (this.#within === undefined || isCovered(this.#within)) return undefined
    return `policy.allow: ${listed(this.#within) || `no ${this.handler.declaration.name}`}`
  }

  #boundOf(paths: readonly string[], { outputs, uses, code }: PathBounds): string | undefined {
    const isWrite = this.handler.declaration.access === 'write'
    const isUsed = (path: string) =>
      uses === undefined ||
      outputs?.has(path) === true ||
      uses.write.some((glob) => glob.matches(path)) ||
      (!isWrite && uses.read.some((glob) => glob.matches(path)))
    if (!paths.every(isUsed)) return 'the paths that the task uses'
    if (!isWrite) return undefined
    if (paths.some((path) => code.cover(path))) return 'code and config of the project'
    return outputs === undefined || paths.every((path) => outputs.has(path)) ? undefined : 'the outputs of the task'
  }
}

/** The first rule that holds for any of what a call names, in any spelling: as a denial does. */
function holding(rules: readonly CompiledRule[], subjects: readonly string[] | undefined): CompiledRule | undefined {
  return rules.find((rule) => rule.isWhole || subjects?.some((subject) => rule.denies(subject)) === true)
}

function listed(rules: readonly CompiledRule[]): string {
  return rules.map((rule) => rule.text).join(', ')
}
