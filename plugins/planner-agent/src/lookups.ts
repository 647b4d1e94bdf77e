import { BosunError, parseJson, type Json, type PlannerTools, type PlanRequest } from '@bosun/sdk'

type Model = ReturnType<PlanRequest['model']>
type Question = Parameters<Model['doGenerate']>[0]
type Answer = Awaited<ReturnType<Model['doGenerate']>>
type Said = Extract<Question['prompt'][number], { role: 'assistant' }>['content'][number]
type Call = Extract<Answer['content'][number], { type: 'tool-call' }>

/** What a model may look at before it plans: tools that read, as many calls as are allowed. */
export class Lookups {
  readonly #tools: PlannerTools
  readonly #offered: NonNullable<Question['tools']>
  /** By the names that models can say, which have no dots. */
  readonly #names: ReadonlyMap<string, string>
  #left: number

  /** @throws TOOL_UNKNOWN for a tool that is not there, or does not only read */
  constructor(tools: PlannerTools, wanted: readonly string[], callsMax: number, at: string) {
    this.#tools = tools
    this.#left = callsMax
    const found = wanted.map((name) => {
      const tool = tools.list.find((one) => one.name === name)
      if (tool !== undefined) return tool
      const expected = `one of ${tools.list.map((one) => one.name).join(', ') || 'no tool at all'}`
      throw new BosunError('TOOL_UNKNOWN', { at: `planner ${at}`, expected, received: name })
    })
    this.#names = new Map(found.map(({ name }) => [saidName(name), name]))
    this.#offered = found.map(({ name, summary, input }) => {
      return { type: 'function', name: saidName(name), description: summary, inputSchema: input as never }
    })
  }

  /** What is offered with the next question: nothing once all calls are made. */
  get offered(): Pick<Question, 'tools'> {
    return this.#mayLook ? { tools: this.#offered } : {}
  }

  /** Whether an answer is a wish to look at something that may be looked at. */
  isAsked({ content }: Answer): boolean {
    return this.#mayLook && content.some(({ type }) => type === 'tool-call')
  }

  get #mayLook(): boolean {
    return this.#offered.length > 0 && this.#left > 0
  }

  /** Makes the calls of an answer; what goes into the next question because of them. */
  async look({ content }: Answer): Promise<Question['prompt']> {
    const calls = content.filter((part): part is Call => part.type === 'tool-call')
    const results = await Promise.all(
      calls.map(async ({ toolCallId, toolName, input }) => {
        const output = await this.#outputOf(toolName, input)
        return { type: 'tool-result', toolCallId, toolName, output } as const
      }),
    )
    const said = content.flatMap((part): Said[] => {
      if (part.type === 'text') return [{ type: 'text', text: part.text }]
      if (part.type !== 'tool-call') return []
      const { toolCallId, toolName } = part
      return [{ type: 'tool-call', toolCallId, toolName, input: inputOf(part.input) }]
    })
    return [
      { role: 'assistant', content: said },
      { role: 'tool', content: results },
    ]
  }

  /** A refusal is told to the model and ends nothing. */
  async #outputOf(said: string, input: string) {
    if (this.#left <= 0) return { type: 'error-text', value: 'No more calls: plan with what you know.' } as const
    this.#left -= 1
    try {
      const value = await this.#tools.call(this.#names.get(said) ?? said, parseJson(input, 'the input'))
      return { type: 'json', value: value as never } as const
    } catch (error) {
      const { code, message } = BosunError.from(error, 'TOOL_FAILED')
      return { type: 'error-text', value: `${code} ${message}` } as const
    }
  }
}

// ---------------------------------------------------------------------------------------------

function saidName(tool: string): string {
  return tool.replaceAll('.', '_')
}

/** What is no JSON was refused already, and is shown back as the text that it is. */
function inputOf(text: string): Json {
  try {
    return parseJson(text, 'the input')
  } catch {
    return text
  }
}
