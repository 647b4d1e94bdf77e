import {
  BosunError,
  ERROR_REGISTRY,
  errorRecord,
  HeldCallSchema,
  LimitsSchema,
  ModelCallRecordSchema,
  withoutDefaults,
  type Command,
  type ModelCallRecord,
  type Report,
  type Usage,
} from '@bosun/core'
import type { UntimedInput } from '@bosun/kernel'
import { z } from 'zod'

/** An input before it is given its time. */
export type Arrival = UntimedInput

/**
 * A report of the workers' side as an input of the kernel. What has not the shape of one, or belongs
 * to another run, becomes a violation that is recorded; it is not guessed at.
 */
export function arrivalOfReport(run: string, report: Report): Arrival {
  if (report.run !== run || !hasShape(report)) {
    const received = `${shown(report.type)} of ${shown(report.run)}/${shown(report.task)}@${shown(report.epoch)}`
    const error = errorRecord(new BosunError('MESSAGE_FORGED', { at: 'the result queue', received }))
    return { type: 'violation', by: 'result queue', error }
  }
  if (report.type === 'violation') {
    return { type: 'violation', by: `${report.task}@${report.epoch}`, error: report.error }
  }
  // The kernel leaves alone what it does not name; a copy without `run` for each report would cost more.
  return report
}

/** Whether a report is one, as far as the kernel reads it; what workers return was checked where they ran. */
function hasShape(report: Report): boolean {
  if (typeof report.task !== 'string' || !Number.isSafeInteger(report.epoch)) return false
  switch (report.type) {
    case 'result':
      return report.result !== undefined && isTexts(report.outputs) && isUsage(report.usage)
    case 'started':
      return typeof report.host === 'string'
    case 'error':
    case 'lost':
      return isUsage(report.usage) && ErrorRecordSchema.safeParse(report.error).success
    case 'violation':
      return ErrorRecordSchema.safeParse(report.error).success
    case 'discovered':
      return report.item !== undefined
    case 'emitted':
      return report.value !== undefined
    case 'modelCalled':
      return ModelCallRecordSchema.safeParse(recordOf(report)).success
    case 'approvalRequested':
      return typeof report.question === 'string' && HeldCallSchema.safeParse(report.call).success
    case 'denied':
      return [report.tool, report.rule, report.detail].every((text) => typeof text === 'string')
    default:
      return false
  }
}

function recordOf({ model, inputTokens, outputTokens, costMicros, ms, error }: ModelCallRecord): ModelCallRecord {
  const record = { model, inputTokens, outputTokens, costMicros, ms }
  return error === undefined ? record : { ...record, error }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** What an attempt used up is counted against the budget of its run, so it has to be a count. */
function isUsage(usage: Usage | undefined): boolean {
  return usage === undefined || (isCount(usage?.tokens) && isCount(usage?.costMicros))
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 100) : `a ${typeof value}`
}

/** The part of an error that the kernel looks up. */
const ErrorRecordSchema = z.object({
  code: z.string().refine((code) => Object.hasOwn(ERROR_REGISTRY, code)),
  message: z.string(),
})

const CommandBody = z.object({
  reason: z.string().default(''),
  text: z.string().default(''),
  task: z.string().optional(),
  tasks: z.array(z.string()).default([]),
  limits: withoutDefaults(LimitsSchema).default({}),
  quarantined: z.int().optional(),
  approval: z.string().optional(),
})

/** A command of another process as an input; `undefined` for one that this version cannot carry out. */
export function arrivalOfCommand(command: Command): Arrival | undefined {
  const body = CommandBody.safeParse(command.body ?? {}).data
  if (body === undefined) return undefined
  const { by } = command
  const why = body.reason === '' ? {} : { reason: body.reason }
  switch (command.kind) {
    case 'cancel':
      return {
        type: 'cancel',
        scope: body.task === undefined ? { kind: 'run' } : { kind: 'subtree', task: body.task },
        by,
        reason: body.reason,
      }
    case 'pause':
      return { type: 'pause', by, reason: body.reason }
    case 'resume':
      return { type: 'resume', by, ...why }
    case 'steer':
      return { type: 'steer', text: body.text, by, ...why }
    case 'waive':
      return { type: 'waive', tasks: body.tasks, by, reason: body.reason }
    case 'raise-limit':
      return { type: 'raiseLimits', limits: body.limits, by, ...why }
    case 'retry':
      return { type: 'retry', tasks: body.tasks, by, reason: body.reason }
    case 'approve':
    case 'deny': {
      const { approval, reason } = body
      if (approval === undefined) return undefined
      return { type: 'approve', approval, granted: command.kind === 'approve', by, reason }
    }
    case 'adopt':
      if (body.task === undefined) return undefined
      return {
        type: 'adopt',
        task: body.task,
        by,
        reason: body.reason,
        ...(body.quarantined === undefined ? {} : { quarantined: body.quarantined }),
      }
  }
}
