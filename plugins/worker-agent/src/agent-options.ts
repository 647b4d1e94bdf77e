import { BosunError, command, files, git, http, parseRule, type ToolUse } from '@bosun/sdk'
import { z } from 'zod'

/** The tools that a config can name: those that Bosun declares. */
const STANDARD = [...Object.values(files), ...Object.values(git), command.run, http.fetch]

/** A rule, such as `files.read(src/**)`, as the tool that it names. */
const RuleSchema = z.string().transform((text, context): ToolUse => {
  try {
    const { tool, specifier } = parseRule(text)
    const found = STANDARD.find((one) => one.tool === tool)
    if (found !== undefined) return found(specifier)
    context.addIssue({ code: 'custom', message: `one of ${STANDARD.map((one) => one.tool).join(', ')}` })
  } catch (error) {
    context.addIssue({ code: 'custom', message: BosunError.from(error, 'RULE_MALFORMED').message })
  }
  return z.NEVER
})

/** A JSON Schema as the schema that it describes. */
const ResultSchema = z.record(z.string(), z.json()).transform((schema, context): z.ZodType => {
  try {
    return z.fromJSONSchema(schema as never)
  } catch (error) {
    context.addIssue({ code: 'custom', message: `a JSON Schema: ${error instanceof Error ? error.message : ''}` })
    return z.NEVER
  }
})

const limit = z.int().min(1).optional()

/** What a config may say of the ready agent. */
export const AgentOptionsSchema = z.strictObject({
  /** Name of the worker. List the plugin again under another name for a second agent. */
  name: z.string().default('agent'),
  /** The task type it does. */
  handles: z.string().default('agent'),
  summary: z.string().default('Does what a prompt asks, with the tools it has.'),
  /** Alias or `provider:model`. */
  model: z.string().min(1),
  instructions: z.string().default('You are a careful worker. You do what the task asks, and report it.'),
  /** Rules by the names under which the model calls the tools: `{ read: 'files.read(src/**)' }`. */
  tools: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, 'a name of letters, digits and _'), RuleSchema)
    .default({}),
  /** Names of the skills it has. */
  skills: z.array(z.string()).default([]),
  /** JSON Schema of its result. Default: `{ text }`. */
  result: ResultSchema.optional(),
  stepsMax: limit,
  tokensMax: limit,
  timeMsMax: limit,
  slotsMax: limit,
  temperature: z.number().min(0).max(2).optional(),
})
export type AgentOptions = z.infer<typeof AgentOptionsSchema>
