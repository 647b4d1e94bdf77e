import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'bosun'
import { filesToRefactor } from './imports-of-types.ts'
import { refactor } from './refactor.ts'
import { makeWorkspace } from './workspace.ts'

const folder = join(import.meta.dirname, 'work')
makeWorkspace(folder)

// Where `tsc` is found, the Node that runs it, and what both of them read.
const typescript = dirname(fileURLToPath(import.meta.resolve('typescript/package.json')))
const modules = dirname(typescript)
/** `provider:model`; without one a codemod does the work. */
const model = process.env['REFACTORER']

export default defineConfig({
  workspace: folder,
  plugins: [
    { use: './plugin', trusted: true, options: { model: model !== undefined } },
    { use: '@bosun/tools-git', trusted: true },
    {
      use: '@bosun/tools-command',
      trusted: true,
      options: { searchPath: [join(modules, '.bin'), dirname(process.execPath)], readable: [modules] },
    },
    { use: '@bosun/worker-command', options: { allow: ['tsc --project *'] } },
  ],
  ...(model === undefined ? {} : { models: { refactorer: model } }),
  providers: {
    openai: { kind: 'openai' },
    anthropic: { kind: 'anthropic' },
    scripted: { kind: 'scripted', file: 'script.json' },
  },
  manager: refactor,
  // `src/**/*.ts` are 177 files.
  goal: { folder, files: filesToRefactor(folder, 'src/internal/observable/**/*.ts') },
  limits: { slotsMax: 4 },
})
