import { defineWorker, git } from '@bosun/sdk'
import { syntaxRewriter } from '@bosun/worker-codemod'
import { z } from 'zod'

/** The rewriter of the codemods. Since it holds a git tool, each of its attempts works in a worktree of its own. */
export const codemodRefactorer = defineWorker({
  name: 'codemod-refactorer',
  summary: 'Rewrites a syntax pattern in one file, and shows the change.',
  handles: 'refactor_file',
  body: syntaxRewriter.body,
  result: z.object({ edits: z.int(), patch: z.string() }),
  tools: { ...syntaxRewriter.tools, diff: git.diff('src/**') },
  outputs: (body) => body.files,
  async run(input, context) {
    const { edits } = await syntaxRewriter.run(input, context)
    const { text } = await context.tools.diff({ path: 'src' })
    return { edits, patch: text }
  },
})
