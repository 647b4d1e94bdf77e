import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { BosunError } from '@bosun/core'
import { shapeFault } from '@bosun/sdk'
import { parseDocument } from 'yaml'
import { z } from 'zod'

/** The file that makes a folder a skill. */
export const SKILL_FILE = 'SKILL.md'

/** Advised are 5,000 tokens; beyond this, it is no instruction any more. */
const BYTES_MAX = 128 * 1024

/** Instructions that a task can name, for the workers that have them. */
export interface Skill {
  readonly name: string
  /** What its worker is told. */
  readonly text: string
}

const tools = z.union([
  z.string().transform((list) => list.split(/\s+/).filter((tool) => tool !== '')),
  z.array(z.string().min(1)),
])

const FrontMatterSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case letters, digits and single dashes between them'),
  description: z.string().trim().min(1).max(1_024),
  license: z.string().optional(),
  compatibility: z.string().max(500).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  'allowed-tools': tools.optional(),
})
type FrontMatter = z.infer<typeof FrontMatterSchema>

/**
 * Reads the skill that a folder is.
 *
 * @param folder absolute, without links
 * @param at how messages call the folder
 * @throws SKILL_INVALID with the place
 */
export function readSkill(folder: string, at: string): Skill {
  const place = `${at}/${SKILL_FILE}`
  const { head, body, bodyLine } = parts(textOf(folder, place), place)
  const about = frontMatter(head, place)
  if (about.name !== basename(folder)) {
    throw invalid(`${place}: name`, `"${basename(folder)}", as its folder is called`, `"${about.name}"`)
  }
  if (body.trim() === '') throw invalid(`${place}:${bodyLine}`, 'instructions after the front matter', 'nothing')
  return { name: about.name, text: instructionsOf(about, body) }
}

// ---------------------------------------------------------------------------------------------

/** A request for tools is told to the worker, and that is all it does: what the worker holds, its grant says. */
function instructionsOf({ name, description, 'allowed-tools': asked = [] }: FrontMatter, body: string): string {
  const request =
    asked.length === 0
      ? []
      : [`This skill asks for these tools: ${asked.join(', ')}. Do without those that you were not given.`]
  return [`# Skill ${name}: ${description}`, ...request, body.trim()].join('\n\n')
}

function textOf(folder: string, place: string): string {
  try {
    // A link would lead to a file that the config does not name.
    const file = openSync(`${folder}/${SKILL_FILE}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const found = fstatSync(file)
      if (!found.isFile()) throw invalid(place, 'a file', 'something else')
      if (found.size > BYTES_MAX) throw invalid(place, `at most ${BYTES_MAX} bytes`, `${found.size}`)
      return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (BosunError.is(error)) throw error
    throw invalid(place, 'a text in UTF-8', error instanceof Error ? error.message : String(error))
  }
}

function parts(text: string, place: string) {
  const found = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)([\s\S]*)$/m.exec(text)
  if (found === null || found.index !== 0) {
    throw invalid(`${place}:1`, 'front matter between two lines of ---', JSON.stringify(text.slice(0, 40)))
  }
  const [, head = '', body = ''] = found
  return { head, body, bodyLine: text.slice(0, text.length - body.length).split('\n').length }
}

function frontMatter(head: string, place: string): FrontMatter {
  const document = parseDocument(head, {
    version: '1.2',
    schema: 'core',
    strict: true,
    merge: false,
    logLevel: 'error',
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    // The head begins in the second line of the file.
    const line = head.slice(0, problem.pos[0]).split('\n').length + 1
    throw invalid(`${place}:${line}`, 'YAML', problem.message.split('\n')[0] ?? '')
  }
  const parsed = FrontMatterSchema.safeParse(valueOf(document, place))
  if (parsed.success) return parsed.data
  throw invalid(`${place}: front matter`, undefined, shapeFault(parsed.error))
}

function valueOf(document: ReturnType<typeof parseDocument>, place: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    throw invalid(place, 'front matter without aliases', 'an alias')
  }
}

function invalid(at: string, expected: string | undefined, received: string): BosunError {
  return new BosunError('SKILL_INVALID', { at, ...(expected === undefined ? {} : { expected }), received })
}
