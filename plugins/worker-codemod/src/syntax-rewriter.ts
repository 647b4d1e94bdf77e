import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { matchesAll, uncaptured } from './meta-variables.ts'
import { patternEdits } from './pattern-edits.ts'
import { SourcePathSchema, wellFormed } from './source-path.ts'
import { contentOf, SOURCE_BYTES_MAX, sourceFile } from './source-file.ts'
import { languageOf } from './source-language.ts'
import { checkEdited, checkSource } from './syntax-fault.ts'
import { applyEdits, describeEdits, FileChangeSchema, type FileChange } from './text-edit.ts'

const Body = z
  .strictObject({
    /** JavaScript and TypeScript files of the workspace, each once, at most 1,000. */
    files: z
      .array(SourcePathSchema)
      .min(1)
      .max(1_000)
      .refine((paths) => new Set(paths).size === paths.length, 'each file once'),
    /** `console.log($$$ARGS)` */
    pattern: wellFormed.min(1).refine((text) => !matchesAll(text), 'a pattern with more in it than a variable'),
    /** `logger.info($$$ARGS)` */
    rewrite: wellFormed,
  })
  .superRefine(({ pattern, rewrite }, context) => {
    const name = uncaptured(pattern, rewrite)
    if (name === undefined) return
    context.addIssue({ code: 'custom', path: ['rewrite'], message: `only what the pattern captures, not ${name}` })
  })

const Result = z.strictObject({
  filesRead: z.int(),
  /** Places that were rewritten, in all files. */
  edits: z.int(),
  /** The files that changed, and no other. */
  files: z.array(FileChangeSchema),
})

/**
 * Rewrites syntax without a model: every match of an ast-grep pattern in the files of its body.
 *
 * `$NAME` in the pattern stands for one node, `$$$NAME` for any number of them; the rewrite says where
 * they go. Outside of the matches each file stays as it is, byte by byte. A file that cannot be parsed,
 * before or after, fails the attempt with its place, and then nothing is written; a file without a
 * match is not written either.
 *
 * One task per file is a template of a plan file:
 *
 * @example
 * # plan.yaml
 * tasks:
 *   - id: use-logger-{file}
 *     for_each: src/*.ts
 *     type: rewrite_syntax
 *     body: { files: ['{file}'], pattern: console.log($$$ARGS), rewrite: logger.info($$$ARGS) }
 */
export const syntaxRewriter = defineWorker({
  name: 'syntax-rewriter',
  summary: 'Rewrites every match of a syntax pattern in some files.',
  handles: 'rewrite_syntax',
  body: Body,
  result: Result,
  tools: { read: files.read(), write: files.write() },
  examples: [
    {
      name: 'a call by another name',
      body: { files: ['src/main.ts'], pattern: 'console.log($$$ARGS)', rewrite: 'logger.info($$$ARGS)' },
      files: { 'src/main.ts': `console.log('up', 1)\n` },
      result: {
        filesRead: 1,
        edits: 1,
        files: [
          {
            path: 'src/main.ts',
            edits: 1,
            changes: [{ line: 1, before: `console.log('up', 1)`, after: `logger.info('up', 1)` }],
          },
        ],
      },
    },
    {
      name: 'nothing to rewrite',
      body: { files: ['src/main.ts'], pattern: 'console.log($$$ARGS)', rewrite: 'logger.info($$$ARGS)' },
      files: { 'src/main.ts': 'export {}\n' },
      result: { filesRead: 1, edits: 0, files: [] },
    },
  ],

  async run({ body }, { tools, progress, signal }) {
    const changed: FileChange[] = []
    for (const [index, path] of body.files.entries()) {
      signal.throwIfAborted()
      // One file at a time, so that memory stays small whatever the list.
      // oxlint-disable-next-line no-await-in-loop
      const change = await rewriteFile(path, body, tools)
      if (change !== undefined) changed.push(change)
      progress(path, { done: index + 1, total: body.files.length })
    }
    return { filesRead: body.files.length, edits: changed.reduce((sum, { edits }) => sum + edits, 0), files: changed }
  },
})

interface FileTools {
  read(input: { path: string; maxBytes: number }): Promise<{ text: string }>
  write(input: { path: string; text: string }): Promise<unknown>
}

async function rewriteFile(
  path: string,
  body: z.infer<typeof Body>,
  tools: FileTools,
): Promise<FileChange | undefined> {
  const source = sourceFile(path, (await tools.read({ path, maxBytes: SOURCE_BYTES_MAX })).text)
  await checkSource(path, source.text)
  const { edits, count } = await patternEdits(languageOf(path) ?? 'TypeScript', source.text, body)
  if (edits.length === 0) return undefined
  const text = applyEdits(source.text, edits)
  await checkEdited(path, text)
  await tools.write({ path, text: contentOf(source, text) })
  return describeEdits(path, source.text, edits, count)
}
