import { isAlias, isMap, isScalar, isSeq, parseDocument, type Alias, type Document, type Node, type Scalar } from 'yaml'
import { below, type ReadData, type SourceText } from './source-text.ts'

/** Values that a document may unfold to, aliases included. */
const VALUES_MAX = 200_000
/** Uses of an anchor; a plan that needs more is generated, and can be generated without. */
const ALIASES_MAX = 100
/** Open brackets, or dashes in one line, at which the text is refused before the parser sees it. */
const NESTING_MAX = 500

/**
 * Reads a plan in YAML 1.2, core schema, one document: no tags, no merge keys, no repeated keys, no
 * values that JSON has no word for.
 *
 * @throws PLAN_INVALID with line and column
 */
export function readYaml(source: SourceText): ReadData {
  checkNesting(source)
  const document = parse(source)
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const [offset] = problem.pos
    const { column } = source.lineAndColumn(offset)
    const isTab = /^[ ]*\t/.test(source.text.slice(offset - column + 1, offset + 1))
    throw source.refuse(offset, {
      received: isTab ? 'a tab as indentation' : firstLine(problem.message),
      ...(isTab ? { fix: 'Indent with spaces.' } : {}),
      cause: problem,
    })
  }
  const reader = new Reader(source, document)
  const value = document.contents === null ? null : reader.read(document.contents, '', 0)
  return { source, value, offsets: reader.offsets }
}

// ---------------------------------------------------------------------------------------------

function parse(source: SourceText): Document.Parsed {
  try {
    return parseDocument(source.text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      merge: false,
      // The reader below checks keys with a set; the check of the parser takes quadratic time.
      uniqueKeys: false,
      prettyErrors: false,
      // 'silent' would also silence the error about a second document.
      logLevel: 'error',
    })
  } catch (error) {
    throw source.refuse(0, {
      received: firstLine(error instanceof Error ? error.message : String(error)),
      cause: error,
    })
  }
}

/** A rough look at the text, generous to honest plans, that keeps the parser's stack and time bounded. */
function checkNesting(source: SourceText): void {
  let open = 0
  for (const found of source.text.matchAll(/[[{\]}]|^[ ]*(?:[-?:][ \t]+){8,}/gm)) {
    const [token] = found
    if (token === '[' || token === '{') open += 1
    else if (token === ']' || token === '}') open = Math.max(0, open - 1)
    else if (token.replaceAll(/[^-?:]/g, '').length > NESTING_MAX) source.checkDepth(NESTING_MAX, found.index)
    if (open > NESTING_MAX) source.checkDepth(open, found.index)
  }
}

class Reader {
  readonly offsets = new Map<string, number>()
  readonly #source: SourceText
  readonly #document: Document.Parsed
  #values = 0
  #aliases = 0

  constructor(source: SourceText, document: Document.Parsed) {
    this.#source = source
    this.#document = document
  }

  read(node: Node | null, path: string, depth: number, from?: number): unknown {
    // What an alias unfolds to lies, for the reader of the file, where the alias stands.
    const offset = from ?? node?.range?.[0] ?? 0
    this.offsets.set(path, offset)
    this.#source.checkDepth(depth, offset)
    this.#values += 1
    if (this.#values > VALUES_MAX) {
      throw this.#source.refuse(offset, {
        expected: `at most ${VALUES_MAX} values`,
        received: 'more',
        fix: 'Split the plan, or use fewer aliases.',
      })
    }
    if (node === null) return null
    if (isAlias(node)) return this.#alias(node, path, depth, offset)
    if (isMap(node)) {
      const result: Record<string, unknown> = {}
      for (const { key, value } of node.items) {
        const name = this.#key(key as Node | null, offset)
        const at = from ?? (key as Scalar).range?.[0] ?? offset
        this.#source.checkKey(name, at)
        if (Object.hasOwn(result, name)) {
          throw this.#source.refuse(at, { received: `the key "${name}" twice`, fix: 'Keep one of the two.' })
        }
        const member = value as Node | null
        result[name] = this.read(member, below(path, name), depth + 1, from ?? (member === null ? at : undefined))
      }
      return result
    }
    if (isSeq(node)) {
      return node.items.map((item, index) => this.read(item as Node | null, below(path, index), depth + 1, from))
    }
    return isScalar(node) ? this.#scalar(node, offset) : null
  }

  #alias(node: Alias, path: string, depth: number, offset: number): unknown {
    this.#aliases += 1
    const target = node.resolve(this.#document)
    if (this.#aliases > ALIASES_MAX) {
      throw this.#source.refuse(offset, {
        expected: `at most ${ALIASES_MAX} aliases`,
        received: 'more',
        fix: 'Write the values out.',
      })
    }
    if (target === undefined)
      throw this.#source.refuse(offset, { received: `the alias *${node.source} without its anchor` })
    return this.read(target, path, depth + 1, offset)
  }

  #key(key: Node | null, offset: number): string {
    if (isScalar(key)) {
      const { value } = key
      if (typeof value === 'string') return value
      if (typeof value === 'number' || typeof value === 'boolean') return key.source ?? String(value)
    }
    throw this.#source.refuse(key?.range?.[0] ?? offset, {
      expected: 'a text as key',
      received: key === null || (isScalar(key) && key.value === null) ? 'an empty key' : 'a list, object or alias',
    })
  }

  #scalar(node: Scalar, offset: number): unknown {
    const { value } = node
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw this.#source.refuse(offset, {
      expected: 'a value that JSON can hold',
      received: node.source ?? String(value),
      fix: 'Put it in quotes if it is meant as text.',
    })
  }
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replaceAll(/\p{C}/gu, '?').replace(/\.$/, '')
}
