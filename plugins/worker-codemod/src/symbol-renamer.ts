import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { renameEdits } from './rename-edits.ts'
import { readScope } from './scope-files.ts'
import { contentOf } from './source-file.ts'
import { SourcePathSchema } from './source-path.ts'
import { checkEdited, checkSource } from './syntax-fault.ts'
import { applyEdits, describeEdits, FileChangeSchema, type FileChange } from './text-edit.ts'

const identifier = z
  .string()
  .max(200)
  .regex(/^[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*$/u, 'an identifier')

const Body = z.strictObject({
  /** The file that declares the symbol. */
  file: SourcePathSchema,
  name: identifier,
  /** A line of the file, from 1, whose first use of the name is meant. @defaultValue what the file itself declares; members and what is local need a line */
  line: z.int().min(1).optional(),
  to: identifier,
  /** Files and folders in which references are looked for and changed. @defaultValue the whole workspace */
  scope: z.array(z.string().min(1).max(4_096)).min(1).max(100).default(['.']),
})

const Result = z.strictObject({
  filesRead: z.int(),
  /** Places that were renamed, in all files. */
  edits: z.int(),
  /** The files that changed, and no other. */
  files: z.array(FileChangeSchema),
})

/**
 * Renames a symbol of JavaScript or TypeScript wherever the files of its scope refer to it, without a
 * model: what else has the same name stays, and so does what comments and texts say.
 *
 * References are followed through relative imports. Shorthand properties and names that a file exports
 * again keep their outer name (`{ old: fresh }`, `export { fresh as old }`). A name that is taken, a
 * file that cannot be parsed and a member or local name without its line fail the attempt, and then
 * nothing is written. When nothing has the name, nothing is changed: a second run does no harm.
 *
 * Two renames of one scope write the same files; let one depend on the other.
 *
 * @example
 * { id: 'rename', type: 'rename_symbol', body: { file: 'src/user.ts', name: 'getUser', to: 'loadUser', scope: ['src'] } }
 */
export const symbolRenamer = defineWorker({
  name: 'symbol-renamer',
  summary: 'Renames a symbol wherever some files refer to it.',
  handles: 'rename_symbol',
  body: Body,
  result: Result,
  tools: { list: files.list(), read: files.read(), write: files.write() },
  examples: [
    {
      name: 'an exported function',
      body: { file: 'src/user.ts', name: 'getUser', to: 'loadUser', scope: ['src'] },
      files: {
        'src/user.ts': 'export const getUser = () => 1\n',
        'src/main.ts': `import { getUser } from './user.ts'\ngetUser()\n`,
      },
      result: {
        filesRead: 2,
        edits: 3,
        files: [
          {
            path: 'src/main.ts',
            edits: 2,
            changes: [
              { line: 1, before: 'getUser', after: 'loadUser' },
              { line: 2, before: 'getUser', after: 'loadUser' },
            ],
          },
          { path: 'src/user.ts', edits: 1, changes: [{ line: 1, before: 'getUser', after: 'loadUser' }] },
        ],
      },
    },
  ],

  async run({ body }, { tools, progress, signal }) {
    const sources = await readScope([body.file, ...body.scope], tools, signal)
    progress('read the scope', { done: 0, total: sources.length })
    // A file that cannot be parsed may hide references, but only if it holds the name.
    // oxlint-disable-next-line no-await-in-loop
    for (const { path, text } of sources) if (text.includes(body.name)) await checkSource(path, text)
    const edits = await renameEdits(sources, body)
    signal.throwIfAborted()
    const changed: FileChange[] = []
    for (const source of sources) {
      const own = edits.get(source.path)
      if (own === undefined) continue
      const text = applyEdits(source.text, own)
      // oxlint-disable-next-line no-await-in-loop
      await checkEdited(source.path, text)
      // oxlint-disable-next-line no-await-in-loop
      await tools.write({ path: source.path, text: contentOf(source, text) })
      changed.push(describeEdits(source.path, source.text, own, own.length))
    }
    return {
      filesRead: sources.length,
      edits: changed.reduce((sum, { edits: count }) => sum + count, 0),
      files: changed,
    }
  },
})
