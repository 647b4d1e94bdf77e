/**
 * What crosses between this process and a host: lines of JSON, each a list of messages.
 *
 * The code of a plugin shares its process with the host's program, so whatever arrives here may have
 * been written by it. Every message is checked whole; the attempt that it names must be live on the
 * very host that it came from.
 */
import {
  ERROR_REGISTRY,
  JsonSchema,
  WorkerEntrySchema,
  type Assignment,
  type ErrorCode,
  type ErrorRecord,
  type Json,
  type Task,
} from '@bosun/core'
import { z } from 'zod'
import type { PluginSettings } from './plugin-location.ts'
import { OUTPUTS_MAX, PATH_BYTES_MAX } from '../tools/task-door.ts'

/** Longest line, in characters, that is read; a host that sends a longer one is killed. */
export const LINE_LENGTH_MAX = 16 * 1024 * 1024
/** Longest single message that a host's own program sends; a larger result belongs into files. */
export const MESSAGE_LENGTH_MAX = 8 * 1024 * 1024
/** Characters of what one attempt may emit and discover in all, which the process of the run holds until they are recorded. */
export const REPORTED_LENGTH_MAX = 64 * 1024 * 1024

const attempt = z.string().min(1).max(1_000)
const text = z.string().max(20_000)

const ErrorSchema: z.ZodType<ErrorRecord> = z.strictObject({
  code: z.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(ERROR_REGISTRY, code)),
  message: text,
  at: text.optional(),
})

/** What a plugin is, as plain data. */
export const PluginDescriptionSchema = z.strictObject({
  name: z.string().min(1).max(200),
  apiVersion: z.int(),
  workers: z
    .array(
      z.strictObject({
        entry: WorkerEntrySchema,
        tools: z.record(z.string(), z.strictObject({ tool: z.string(), specifier: z.string().optional() })),
        bodySchema: JsonSchema,
        resultSchema: JsonSchema,
        hasOutputs: z.boolean(),
        examples: z.array(
          z.strictObject({
            name: z.string().optional(),
            body: JsonSchema,
            model: z.array(JsonSchema).optional(),
            files: z.record(z.string(), z.string()).optional(),
            inputs: z.record(z.string(), JsonSchema).optional(),
            result: JsonSchema.optional(),
          }),
        ),
      }),
    )
    .max(1_000),
  /** Its own tools, which run in its hosts unless it is trusted. */
  tools: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        summary: z.string().max(2_000),
        access: z.enum(['read', 'write', 'effect']),
      }),
    )
    .max(1_000),
  /** What else it brings, by kind; any of it needs a trusted plugin. */
  brings: z.strictObject({
    planners: z.array(z.string()),
    managers: z.array(z.string()),
    strategies: z.array(z.string()),
    modulesCount: z.int().min(0),
  }),
})
export type PluginDescription = z.infer<typeof PluginDescriptionSchema>
export type WorkerDescription = PluginDescription['workers'][number]
export type ToolDescription = PluginDescription['tools'][number]

/** What a host may say. */
export const HostMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), plugin: PluginDescriptionSchema }),
  /** The plugin cannot be used. */
  z.strictObject({ type: z.literal('unfit'), error: ErrorSchema }),
  z.strictObject({ type: z.literal('beat'), attempt }),
  z.strictObject({
    type: z.literal('progress'),
    attempt,
    note: z.string().max(1_000),
    count: z.strictObject({ done: z.number(), total: z.number() }).optional(),
  }),
  z.strictObject({ type: z.literal('discovered'), attempt, item: JsonSchema }),
  z.strictObject({ type: z.literal('emitted'), attempt, value: JsonSchema }),
  z.strictObject({
    type: z.literal('call'),
    attempt,
    call: z.int().min(1),
    name: z.string().max(500),
    input: JsonSchema,
  }),
  /** A call of a tool of its own was carried out, as it was told to; what came of it stays there. */
  z.strictObject({ type: z.literal('done'), attempt, call: z.int().min(1), error: ErrorSchema.optional() }),
  /** A question to the model of the attempt; `streams` asks for its parts as they come. */
  z.strictObject({
    type: z.literal('ask'),
    attempt,
    call: z.int().min(1),
    options: z.record(z.string(), JsonSchema),
    streams: z.boolean(),
  }),
  /** The answer to a question is not waited for any more. */
  z.strictObject({ type: z.literal('hangUp'), attempt, call: z.int().min(1) }),
  z.strictObject({ type: z.literal('result'), attempt, result: JsonSchema }),
  z.strictObject({ type: z.literal('error'), attempt, error: ErrorSchema }),
  z.strictObject({
    type: z.literal('prepared'),
    request: z.int().min(1),
    tasks: z.array(
      z.strictObject({
        id: z.string(),
        outputs: z.array(z.string().min(1).max(PATH_BYTES_MAX)).max(OUTPUTS_MAX).optional(),
        error: ErrorSchema.optional(),
      }),
    ),
  }),
])
export type HostMessage = z.infer<typeof HostMessageSchema>

/** What a host is told. */
export type HostCommand =
  | {
      readonly type: 'begin'
      readonly entry: string
      readonly settings: PluginSettings | undefined
      readonly heartbeatMs: number
      readonly skills: Readonly<Record<string, string>>
    }
  | { readonly type: 'run'; readonly attempt: string; readonly assignment: Assignment }
  | { readonly type: 'stop'; readonly attempt: string }
  | { readonly type: 'part'; readonly attempt: string; readonly call: number; readonly part: Json }
  /** The call is granted, and its tool is the host's: carry it out. */
  | { readonly type: 'carryOut'; readonly attempt: string; readonly call: number }
  | { readonly type: 'answer'; readonly attempt: string; readonly call: number; readonly output: Json }
  | { readonly type: 'refusal'; readonly attempt: string; readonly call: number; readonly error: ErrorRecord }
  | { readonly type: 'prepare'; readonly request: number; readonly tasks: readonly Task[] }
