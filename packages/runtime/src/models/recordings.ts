/** Recorded answers of a model: a folder, one file per request, pretty-printed so that it can be reviewed. */
import { BosunError, canonicalJson, parseJson, type Json, type ModelAnswer, type ModelOptions } from '@bosun/core'
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Most recordings that are compared to find the nearest one. */
const COMPARED_MAX = 200
/** Most differences that are counted between two requests. */
const DIFFERENCES_MAX = 100
/** Longest quotation of a value in an error. */
const QUOTE_LENGTH_MAX = 80

const count = z.int().min(0)
const RecordingSchema = z.strictObject({
  model: z.string(),
  request: z.record(z.string(), z.json()),
  answer: z.record(z.string(), z.json()),
  inputTokens: count,
  outputTokens: count,
})

/** A question to a model, as it is recorded. */
export interface RecordedRequest {
  /** `provider:model` behind the recording. */
  readonly model: string
  readonly options: ModelOptions
}

/** What an answer came to, without its price, which may change. */
export type RecordedAnswer = Omit<ModelAnswer, 'costMicros'>

/** The same for equal requests: the model's name for readers, and the hash of model and options. */
export function recordingFile({ model, options }: RecordedRequest): string {
  const hash = createHash('sha256').update(canonicalJson({ model, options })).digest('hex')
  return `${model.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)}-${hash.slice(0, 32)}.json`
}

/** @returns undefined where the request was not recorded */
export async function readRecording(folder: string, request: RecordedRequest): Promise<RecordedAnswer | undefined> {
  const recording = await read(join(folder, recordingFile(request)))
  if (recording === undefined) return undefined
  const { answer, inputTokens, outputTokens } = recording
  return { answer, inputTokens, outputTokens }
}

/** Written beside its place first, so that nobody ever reads half a recording. */
export async function writeRecording(folder: string, request: RecordedRequest, answer: RecordedAnswer): Promise<void> {
  const path = join(folder, recordingFile(request))
  const recording = {
    model: request.model,
    request: request.options,
    answer: answer.answer,
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens,
  }
  const draft = `${path}.${randomUUID()}`
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(draft, `${JSON.stringify(recording, undefined, 2)}\n`, { flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw BosunError.from(error, 'FILE_FAILED', { at: path })
  }
}

/** The error for a request that was not recorded: which file was looked for, and what is nearest to it. */
export async function recordingMissing(folder: string, request: RecordedRequest): Promise<BosunError> {
  const nearest = await nearestRecording(folder, request)
  return new BosunError('MODEL_RECORDING_MISSING', {
    at: request.model,
    expected: join(folder, recordingFile(request)),
    received: nearest === undefined ? 'no recording of this model' : `${nearest.file}, which differs: ${nearest.first}`,
  })
}

// ---------------------------------------------------------------------------------------------

async function read(path: string): Promise<z.infer<typeof RecordingSchema> | undefined> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw BosunError.from(error, 'FILE_UNREADABLE', { at: path })
  }
  const parsed = RecordingSchema.safeParse(parseJson(bytes, path))
  if (parsed.success) return parsed.data
  throw new BosunError('MODEL_RECORDING_MISSING', {
    at: path,
    received: `a file that is no recording: ${z.core.toDotPath(parsed.error.issues[0]?.path ?? [])}`,
  })
}

async function nearestRecording(folder: string, { model, options }: RecordedRequest) {
  const files = await readdir(folder).catch(() => [])
  let nearest: { readonly file: string; readonly first: string; readonly count: number } | undefined
  for (const file of files.filter((name) => name.endsWith('.json')).slice(0, COMPARED_MAX)) {
    const recording = await read(join(folder, file)).catch(() => undefined)
    if (recording?.model !== model) continue
    const found = differences(recording.request, options, '')
    if (nearest === undefined || found.length < nearest.count) {
      nearest = { file, first: found[0] ?? 'nowhere', count: found.length }
    }
  }
  return nearest
}

/** Where two values differ, first to last, up to a bound. */
function differences(before: Json | undefined, now: Json | undefined, path: string): string[] {
  if (canonicalJson(before) === canonicalJson(now)) return []
  if (!isParent(before) || !isParent(now) || Array.isArray(before) !== Array.isArray(now)) {
    return [`${path === '' ? 'all' : path} was ${quoted(before)} and is ${quoted(now)}`]
  }
  const found: string[] = []
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (found.length >= DIFFERENCES_MAX) break
    found.push(...differences(Reflect.get(before, key), Reflect.get(now, key), path === '' ? key : `${path}.${key}`))
  }
  return found
}

function isParent(value: Json | undefined): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null
}

function quoted(value: Json | undefined): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value)
  return text.length <= QUOTE_LENGTH_MAX ? text : `${text.slice(0, QUOTE_LENGTH_MAX)} …`
}
