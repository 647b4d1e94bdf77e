import { definePlugin } from '@bosun/sdk'
import { z } from 'zod'
import { agentRefactorer } from './agent-refactorer.ts'
import { codemodRefactorer } from './codemod-refactorer.ts'

/** Who refactors the files: a model, if the config has one for it. */
export default definePlugin({
  name: 'refactor',
  options: z.strictObject({ model: z.boolean().default(false) }),
  create: ({ model }) => ({ workers: [model ? agentRefactorer : codemodRefactorer] }),
})
