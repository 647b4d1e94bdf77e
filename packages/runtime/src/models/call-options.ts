import { BosunError, type ModelOptions } from '@bosun/core'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { z } from 'zod'

/** Longest answer that is asked for when nobody says how long it may be. */
const OUTPUT_TOKENS_DEFAULT = 4_096

/** The call options of an AI SDK language model, with a stated longest answer. */
export type CallOptions = LanguageModelV4CallOptions & { readonly maxOutputTokens: number }

/**
 * Options of one provider that a caller may set. All others are refused: among them are servers and
 * tools that the provider would call by itself, past the tool gateway, and conversations that it
 * keeps, whose tokens nobody here could count.
 */
const PROVIDER_OPTIONS: ReadonlySet<string> = new Set([
  'cacheControl',
  'disableParallelToolUse',
  'effort',
  'parallelToolCalls',
  'reasoningEffort',
  'reasoningSummary',
  'sendReasoning',
  'strictJsonSchema',
  'structuredOutputs',
  'textVerbosity',
  'thinking',
  'thinkingConfig',
])

const text = z.string()
const settings = z.record(z.string(), z.record(z.string(), z.json())).optional()
const tunings = z
  .record(z.string(), z.record(z.string(), z.json()))
  .refine(
    (byProvider) =>
      Object.values(byProvider).every((own) => Object.keys(own).every((key) => PROVIDER_OPTIONS.has(key))),
    `no options but ${[...PROVIDER_OPTIONS].join(', ')}`,
  )
  .optional()

/** Only what is in the message itself: what a provider would fetch has no known size, and no gateway in front of it. */
const FileSchema = z.strictObject({
  type: z.literal('file'),
  filename: text.optional(),
  data: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('data'), data: z.base64('base64 text') }),
    z.strictObject({ type: z.literal('text'), text }),
  ]),
  mediaType: text.regex(/^(image|text)\//, 'an image or a text'),
  providerOptions: settings,
})

const TextSchema = z.strictObject({ type: z.literal('text'), text, providerOptions: settings })

const ToolOutputSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), value: text, providerOptions: settings }),
  z.strictObject({ type: z.literal('json'), value: z.json(), providerOptions: settings }),
  z.strictObject({ type: z.literal('execution-denied'), reason: text.optional(), providerOptions: settings }),
  z.strictObject({ type: z.literal('error-text'), value: text, providerOptions: settings }),
  z.strictObject({ type: z.literal('error-json'), value: z.json(), providerOptions: settings }),
  z.strictObject({
    type: z.literal('content'),
    value: z.array(z.discriminatedUnion('type', [TextSchema, FileSchema])),
    providerOptions: settings,
  }),
])

const ToolResultSchema = z.strictObject({
  type: z.literal('tool-result'),
  toolCallId: text,
  toolName: text,
  output: ToolOutputSchema,
  providerOptions: settings,
})

const AssistantPartSchema = z.discriminatedUnion('type', [
  TextSchema,
  FileSchema,
  z.strictObject({ type: z.literal('reasoning'), text, providerOptions: settings }),
  z.strictObject({
    type: z.literal('tool-call'),
    toolCallId: text,
    toolName: text,
    input: z.json(),
    providerOptions: settings,
  }),
  ToolResultSchema,
])

const MessageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: text, providerOptions: settings }),
  z.strictObject({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [TextSchema, FileSchema])),
    providerOptions: settings,
  }),
  z.strictObject({ role: z.literal('assistant'), content: z.array(AssistantPartSchema), providerOptions: settings }),
  z.strictObject({ role: z.literal('tool'), content: z.array(ToolResultSchema), providerOptions: settings }),
])

const schema = z.record(z.string(), z.json())

const CallOptionsSchema = z.strictObject({
  prompt: z.array(MessageSchema).min(1),
  maxOutputTokens: z.int().min(1).default(OUTPUT_TOKENS_DEFAULT),
  temperature: z.number().min(0).optional(),
  stopSequences: z.array(text).optional(),
  topP: z.number().optional(),
  topK: z.number().optional(),
  presencePenalty: z.number().optional(),
  frequencyPenalty: z.number().optional(),
  responseFormat: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({
        type: z.literal('json'),
        schema: schema.optional(),
        name: text.optional(),
        description: text.optional(),
      }),
    ])
    .optional(),
  seed: z.int().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function', 'a function: tools that a provider runs by itself pass no gateway'),
        name: text,
        description: text.optional(),
        inputSchema: schema,
        inputExamples: z.array(z.strictObject({ input: schema })).optional(),
        strict: z.boolean().optional(),
        providerOptions: tunings,
      }),
    )
    .optional(),
  toolChoice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.enum(['auto', 'none', 'required']) }),
      z.strictObject({ type: z.literal('tool'), toolName: text }),
    ])
    .optional(),
  includeRawChunks: z.literal(false).optional(),
  reasoning: z.enum(['provider-default', 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).optional(),
  providerOptions: tunings,
})

/**
 * The call options behind what a worker sent as plain JSON.
 *
 * The worker is not trusted: what could widen the call past what the broker counts and guards
 * (headers, files by address, tools and conversations of the provider) is refused.
 *
 * @param at the model, for the message
 * @throws MODEL_CALL_INVALID
 */
export function callOptionsOf(options: ModelOptions, at: string): CallOptions {
  const parsed = CallOptionsSchema.safeParse(options)
  if (parsed.success) return parsed.data as unknown as CallOptions
  const issue = parsed.error.issues[0]
  const path = issue === undefined || issue.path.length === 0 ? 'the call' : z.core.toDotPath(issue.path)
  throw new BosunError('MODEL_CALL_INVALID', { at, received: `${path}: ${issue?.message}` })
}
