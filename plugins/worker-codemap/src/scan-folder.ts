import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { FolderScanSchema, type SkippedEntry } from './folder-scan.ts'
import { analyseModule, parsedBytesMax, type SourceModule } from './source-module.ts'
import { isSourceFile, skippedFolderReason } from './source-names.ts'

/**
 * Reads one folder of a code base: parses its source files, and reports each sub-folder as a
 * finding. Whether somebody scans that sub-folder is the manager's business.
 *
 * `root` is the mount or folder that holds the code base; `folder` is relative to it.
 */
export const scanFolder = defineWorker({
  name: 'folder-scanner',
  summary: 'Parses the source files of one folder and reports the folders below it.',
  handles: 'scan_dir',
  body: z.strictObject({ root: z.string().min(1), folder: z.string().min(1) }),
  result: FolderScanSchema,
  tools: { list: files.list(), read: files.read() },
  examples: [
    {
      name: 'the root of a code base',
      body: { root: 'code', folder: '.' },
      files: {
        'code/main.ts': `import { greet } from './lib/greet.ts'\ngreet('Ada')\n`,
        'code/lib/greet.ts': 'export const greet = (name: string) => `Hello, ${name}`\n',
        'code/README.md': '# Greetings\n',
      },
    },
  ],

  async run({ body: { root, folder } }, { tools, discover, progress, signal }) {
    const at = folder === '.' ? root : `${root}/${folder}`
    const { entries } = await tools.list({ path: at })
    const modules: SourceModule[] = []
    const folders: string[] = []
    const skipped: SkippedEntry[] = []
    let otherFiles = 0
    const sources = entries.filter((entry) => entry.kind === 'file' && isSourceFile(entry.name))
    for (const { name, kind } of entries) {
      const path = folder === '.' ? name : `${folder}/${name}`
      if (kind === 'folder') {
        const why = skippedFolderReason(name)
        if (why === undefined) folders.push(path)
        else skipped.push({ path, why })
      } else if (kind !== 'file') skipped.push({ path, why: kind === 'link' ? 'a symbolic link' : 'a special file' })
      else if (!isSourceFile(name)) otherFiles += 1
    }
    for (const { name } of sources) {
      signal.throwIfAborted()
      const path = folder === '.' ? name : `${folder}/${name}`
      // One file at a time: a folder's files share one host, and memory stays small.
      // oxlint-disable-next-line no-await-in-loop
      const { text } = await tools.read({ path: `${at}/${name}`, maxBytes: parsedBytesMax, truncate: true })
      modules.push(analyseModule(path, text))
      progress(path, { done: modules.length, total: sources.length })
    }
    for (const path of folders) discover({ folder: path })
    return { folder, modules, folders, skipped, otherFiles }
  },
})
