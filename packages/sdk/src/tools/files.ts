import { z } from 'zod'
import { declareTool } from './define-tool.ts'

const path = z.string().min(1).max(4096)
const hash = z.string().regex(/^sha256-[0-9a-f]{64}$/, 'a hash as files.read tells it')
const written = { bytes: z.int(), hash: hash.optional() }

/** Reads one file of the workspace or of a mount; what the attempt has written itself goes first. */
const read = declareTool({
  name: 'files.read',
  summary: 'Reads a file.',
  access: 'read',
  input: z.strictObject({
    path,
    /** Default 1 MiB. A larger file is refused unless `truncate` is set. */
    maxBytes: z
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .default(1024 * 1024)
      .optional(),
    truncate: z.boolean().optional(),
    /** Default `utf8`. */
    encoding: z.enum(['utf8', 'base64']).optional(),
  }),
  output: z.strictObject({
    text: z.string(),
    bytes: z.int(),
    truncated: z.boolean(),
    /** Of the whole file, for `expectedHash` of an edit; absent when only its beginning was read. */
    hash: hash.optional(),
  }),
  paths: (input) => [input.path],
})

/** Lists one folder, sorted by name. `.` is the root. */
const list = declareTool({
  name: 'files.list',
  summary: 'Lists a folder.',
  access: 'read',
  input: z.strictObject({
    path,
    /** Default 10,000; a larger folder is refused. */
    maxEntries: z.int().min(1).max(100_000).optional(),
  }),
  output: z.strictObject({
    entries: z.array(
      z.strictObject({ name: z.string(), kind: z.enum(['file', 'folder', 'link', 'other']), bytes: z.int() }),
    ),
  }),
  paths: (input) => [input.path],
})

/**
 * Searches the text files of a folder, line by line, in the order of their paths. A path that the grant
 * does not cover is passed over, so a denial of `files.read` holds here too.
 */
const search = declareTool({
  name: 'files.search',
  summary: 'Searches the files of a folder for a text or a pattern.',
  access: 'read',
  input: z.strictObject({
    /** A folder, or one file; `.` is the root. */
    path,
    /** What a line has to hold. */
    text: z
      .string()
      .min(1)
      .max(1_000)
      .regex(/^[^\n\r]*$/, 'a text of one line'),
    /** Reads `text` as a regular expression in RE2 syntax: no back-references, no look-around. Default false. */
    isPattern: z.boolean().optional(),
    /** Default false. */
    ignoreCase: z.boolean().optional(),
    /** Searches only files whose path fits this pattern: `**` and `*` as in rules. Default all. */
    files: z.string().min(1).max(256).optional(),
    /** Default 200. */
    maxMatches: z.int().min(1).max(2_000).optional(),
  }),
  output: z.strictObject({
    matches: z.array(
      z.strictObject({
        path: z.string(),
        line: z.int(),
        /** Where in the line the match begins, from 1. */
        column: z.int(),
        /** The line, or what surrounds the match in a long one. */
        text: z.string(),
      }),
    ),
    filesCount: z.int(),
    /** Files that were not searched to their end: too large, no text, or with lines too long for a pattern. */
    skipped: z.array(z.string()),
    skippedCount: z.int(),
    /** The search ended at a bound: there may be more. */
    truncated: z.boolean(),
  }),
  paths: (input) => [input.path],
  deniedWith: ['files.read'],
})

/** Writes one file into the staging of the attempt; it reaches the workspace when the result is accepted. */
const write = declareTool({
  name: 'files.write',
  summary: 'Writes a file.',
  access: 'write',
  input: z.strictObject({ path, text: z.string(), encoding: z.enum(['utf8', 'base64']).optional() }),
  output: z.strictObject(written),
  paths: (input) => [input.path],
})

/** Replaces a text of one file, to the letter; fails when it is not there, or there more than once. */
const edit = declareTool({
  name: 'files.edit',
  summary: 'Replaces a text in a file.',
  access: 'write',
  input: z.strictObject({
    path,
    /** Has to stand in the file exactly once, unless `all` is set. */
    oldText: z.string().min(1),
    newText: z.string(),
    /** Replaces every occurrence. Default false. */
    all: z.boolean().optional(),
    /** What a read of the file told; refuses the edit when the file is another one by now. */
    expectedHash: hash.optional(),
  }),
  output: z.strictObject({ ...written, replacedCount: z.int() }),
  paths: (input) => [input.path],
  deniedWith: ['files.read', 'files.write'],
})

/** Gives one file another path, where nothing may be. Who may move a file to where it can be read, may read it. */
const move = declareTool({
  name: 'files.move',
  summary: 'Moves a file.',
  access: 'write',
  input: z.strictObject({ from: path, to: path }),
  output: z.strictObject(written),
  paths: (input) => [input.from, input.to],
  deniedWith: ['files.read', 'files.write'],
})

/** Removes one file; it leaves the workspace when the result is accepted. Folders stay. */
const remove = declareTool({
  name: 'files.delete',
  summary: 'Removes a file.',
  access: 'write',
  input: z.strictObject({ path }),
  output: z.strictObject({ bytes: z.int() }),
  paths: (input) => [input.path],
  deniedWith: ['files.write'],
})

/** The file tools as values: `tools: { write: files.write('site/**') }`. */
export const files = { read, list, search, write, edit, move, delete: remove }
