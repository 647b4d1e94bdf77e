import { files, git } from '@bosun/sdk'
import { defineAgentWorker } from '@bosun/worker-agent'
import { syntaxRewriter } from '@bosun/worker-codemod'
import { z } from 'zod'

/** Has the model that the config calls `refactorer` do in one file what else a codemod does. */
export const agentRefactorer = defineAgentWorker({
  name: 'agent-refactorer',
  summary: 'Has a model refactor one file.',
  handles: 'refactor_file',
  model: 'refactorer',
  instructions: 'You refactor one source file. Read it, edit what the task asks for, and change nothing else.',
  body: syntaxRewriter.body,
  result: z.object({ edits: z.int() }),
  tools: { read: files.read('src/**'), edit: files.edit('src/**'), diff: git.diff('src/**') },
  prompt: ({ files: [path], pattern, rewrite }) =>
    `In ${path}, rewrite each\n\n${pattern}\n\nas\n\n${rewrite}\n\n$$$NAMES stands for whatever is there.`,
  // It may edit this file and no other; with a git tool it does so in a worktree of its own.
  outputs: (body) => body.files,
  stepsMax: 8,
})
