import { z } from 'zod'
import { declareTool } from './define-tool.ts'

const path = z.string().min(1).max(4096)

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
  output: z.strictObject({ text: z.string(), bytes: z.int(), truncated: z.boolean() }),
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

/** Writes one file into the staging of the attempt; it reaches the workspace when the result is accepted. */
const write = declareTool({
  name: 'files.write',
  summary: 'Writes a file.',
  access: 'write',
  input: z.strictObject({ path, text: z.string(), encoding: z.enum(['utf8', 'base64']).optional() }),
  output: z.strictObject({ bytes: z.int() }),
  paths: (input) => [input.path],
})

/** The file tools as values: `tools: { write: files.write('site/**') }`. */
export const files = { read, list, write }
