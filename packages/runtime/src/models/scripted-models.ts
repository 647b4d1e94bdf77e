import {
  BosunError,
  type Json,
  type ModelAnswer,
  type ModelCallHow,
  type ModelOptions,
  type ModelRegistry,
  type ResolvedModel,
  type ScriptedAnswer,
  type Usage,
} from '@bosun/core'
import { callOptionsOf, type CallOptions } from './call-options.ts'
import { costOf, type Price } from './price-of-call.ts'
import type { ScriptedAnswers } from './scripted-answers.ts'
import { ceilingOf } from './token-ceiling.ts'

/** Longest quotation of a message in an error. */
const QUOTE_LENGTH_MAX = 200

/** Answers of a script that nobody asked for. */
export interface UnplayedAnswers {
  readonly model: string
  /** Absent: no attempt has called the model at all. */
  readonly attempt?: string
  readonly count: number
}

/** Models that play a script. */
export interface ScriptedModels extends ModelRegistry {
  /** What is left of the scripts: a program that asks less than its script foresees has drifted as well. */
  unplayed(): readonly UnplayedAnswers[]
}

export interface ScriptedModelsOptions {
  /** What stands before the colon in the names of the models. @defaultValue `scripted` */
  readonly provider?: string
  /** Prices by `provider:model`. @defaultValue nothing costs */
  readonly prices?: Readonly<Record<string, Price>>
}

/**
 * Models that answer from a script: exactly what it says, call by call. Each attempt plays the list
 * of its model from the start.
 *
 * Use it where a model would make a test slow, dear or different each time. A call that the script
 * does not foresee fails with MODEL_SCRIPT_DRIFTED, which names the call.
 *
 * @param answers by model; a model is resolved by this name, with or without the provider before it
 * @example
 * const models = scriptedModels({ fast: ['<h1>Mars</h1>', { data: { links: 2 } }] })
 * const { answer } = await models.resolve('fast').call(options, { signal, attempt: 'run/mars@1' })
 */
export function scriptedModels(
  answers: ScriptedAnswers,
  { provider = 'scripted', prices = {} }: ScriptedModelsOptions = {},
): ScriptedModels {
  const models = new Map<string, ScriptedModel>()
  for (const [model, list] of Object.entries(answers)) {
    const name = `${provider}:${model}`
    models.set(model, new ScriptedModel(name, list, prices[name]))
  }
  return {
    resolve: (name) => {
      const model = models.get(name.startsWith(`${provider}:`) ? name.slice(provider.length + 1) : name)
      if (model !== undefined) return model
      throw new BosunError('MODEL_UNKNOWN', {
        received: `"${name}"`,
        expected: models.size === 0 ? 'no model, since the script has none' : `one of ${[...models.keys()].join(', ')}`,
      })
    },
    unplayed: () => Array.from(models.values(), (model) => model.unplayed()).flat(),
  }
}

class ScriptedModel implements ResolvedModel {
  readonly name: string
  readonly #answers: readonly ScriptedAnswer[]
  readonly #price: Price | undefined
  /** The script of each attempt, and how far it has come. */
  readonly #plays = new Map<string, { readonly answers: readonly ScriptedAnswer[]; played: number }>()

  constructor(name: string, answers: readonly ScriptedAnswer[], price: Price | undefined) {
    this.name = name
    this.#answers = answers
    this.#price = price
  }

  /** A script may claim more than a real model could use; the ceiling holds for it as well. */
  ceiling(options: ModelOptions): Usage {
    const asked = ceilingOf(callOptionsOf(options, this.name), this.#price)
    return this.#answers.reduce((most, answer) => {
      const used = usageOf(answer)
      return {
        tokens: Math.max(most.tokens, used.inputTokens + used.outputTokens),
        costMicros: Math.max(most.costMicros, costOf(this.#price, used)),
      }
    }, asked)
  }

  call(options: ModelOptions, how: ModelCallHow): Promise<ModelAnswer> {
    return Promise.try(() => {
      how.signal.throwIfAborted()
      const asked = callOptionsOf(options, this.name)
      const play = this.#playOf(how.attempt, asked)
      const index = play.played++
      const at = `${this.name}, call ${index + 1} of ${how.attempt}`
      const answer = play.answers[index]
      if (answer === undefined) throw drift(at, `at most ${play.answers.length} calls`, 'one more')
      assertForeseen(answer, asked, at)
      const used = usageOf(answer)
      return { answer: answerOf(answer, index), ...used, costMicros: costOf(this.#price, used) }
    })
  }

  unplayed(): UnplayedAnswers[] {
    const all = this.#answers.length
    if (this.#plays.size === 0) return all === 0 ? [] : [{ model: this.name, count: all }]
    return Array.from(this.#plays, ([attempt, { answers, played }]) => ({
      model: this.name,
      attempt,
      count: answers.length - played,
    })).filter(({ count }) => count > 0)
  }

  // Private

  /** Which answers an attempt plays, its first call decides. */
  #playOf(attempt: string, asked: CallOptions) {
    const known = this.#plays.get(attempt)
    if (known !== undefined) return known
    const first = asked.prompt.map(textOf).join('\n')
    const answers = this.#answers.filter(
      (answer) => typeof answer === 'string' || answer.when === undefined || first.includes(answer.when),
    )
    const play = { answers, played: 0 }
    this.#plays.set(attempt, play)
    return play
  }
}

// ---------------------------------------------------------------------------------------------

function assertForeseen(answer: ScriptedAnswer, asked: CallOptions, at: string): void {
  if (typeof answer === 'string') return
  const { expects, toolCalls = [] } = answer
  if (expects !== undefined) {
    const last = asked.prompt.slice(-1).map(textOf).join()
    if (!last.includes(expects)) throw drift(at, `"${expects}" in the last message`, `"${quoted(last)}"`)
  }
  const offered = (asked.tools ?? []).map(({ name }) => name)
  const absent = toolCalls.find(({ name }) => !offered.includes(name))
  if (absent !== undefined) {
    const received = offered.length === 0 ? 'no tools' : offered.join(', ')
    throw drift(at, `the tool ${absent.name} to be offered`, received)
  }
}

function drift(at: string, expected: string, received: string): BosunError {
  return new BosunError('MODEL_SCRIPT_DRIFTED', { at, expected, received })
}

/** All text of a message: what was said, and what tools returned. */
function textOf({ content }: CallOptions['prompt'][number]): string {
  if (typeof content === 'string') return content
  return content
    .map((part) => {
      if (part.type === 'text' || part.type === 'reasoning') return part.text
      if (part.type !== 'tool-result' || !('value' in part.output)) return ''
      const { value } = part.output
      return typeof value === 'string' ? value : JSON.stringify(value)
    })
    .join('\n')
}

function quoted(text: string): string {
  return text.length <= QUOTE_LENGTH_MAX ? text : `${text.slice(0, QUOTE_LENGTH_MAX)} …`
}

function usageOf(answer: ScriptedAnswer): { readonly inputTokens: number; readonly outputTokens: number } {
  return (typeof answer === 'string' ? undefined : answer.usage) ?? { inputTokens: 10, outputTokens: 10 }
}

function answerOf(answer: ScriptedAnswer, index: number): ModelAnswer['answer'] {
  const { text, data, toolCalls = [] } = typeof answer === 'string' ? { text: answer } : answer
  const { inputTokens, outputTokens } = usageOf(answer)
  const texts = [text, data === undefined ? undefined : JSON.stringify(data)].filter((one) => one !== undefined)
  const content: Json[] = [
    ...texts.map((one) => ({ type: 'text', text: one })),
    ...toolCalls.map(({ name, input }, place) => ({
      type: 'tool-call',
      toolCallId: `call-${index + 1}-${place + 1}`,
      toolName: name,
      input: JSON.stringify(input),
    })),
  ]
  const finish = toolCalls.length > 0 ? 'tool-calls' : 'stop'
  return {
    content,
    finishReason: { unified: finish, raw: finish },
    usage: { inputTokens: { total: inputTokens }, outputTokens: { total: outputTokens } },
    warnings: [],
  }
}
