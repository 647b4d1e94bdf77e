import { BosunError } from '@bosun/core'
import { Command } from 'commander'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { print, printJson, withExample, type Cli } from '../cli.ts'
import { shortPath } from '../project-command.ts'
import { printable } from '../render/printable.ts'

const CONFIG = `// What a run here is made of. All that is absent has a documented default.
export default {
  plugins: ['@bosun/worker-pages'],
  planner: 'files', // reads plan.yaml
  manager: 'fanOut', // delegates every task as soon as its dependencies have succeeded
  limits: { slotsMax: 4 },
}
`

const PLAN = `# Two pages side by side, then the index that links both.
tasks:
  - id: generate-mars-page
    type: generate_page
    body: Mars

  - id: generate-moon-page
    type: generate_page
    body: Moon

  - id: build-index
    type: build_index
    depends_on: [generate-mars-page, generate-moon-page]
`

const FILES: Readonly<Record<string, string>> = {
  'bosun.config.ts': CONFIG,
  'plan.yaml': PLAN,
  '.gitignore': '/.bosun/\n',
}
/** Files that may be there already, and then stay as they are. */
const OPTIONAL = new Set(['.gitignore'])

/** `bosun init [folder]`: a project that runs, to be changed. */
export function initCommand(cli: Cli): Command {
  const command = new Command('init')
    .summary('write a small project that runs')
    .description('Writes a config and a plan that run as they are. Changes no file that is there.')
    .argument('[folder]', 'folder of the project; made when it is missing', '.')
    .option('--json', 'print data instead of text')
  withExample(command, 'bosun init my-project')
  return command.action(async (folder: string, options: { readonly json?: boolean }) => {
    const root = resolve(cli.terminal.cwd, folder)
    const written = await writeProject(root)
    const place = shortPath(cli, root)
    if (options.json === true) await printJson(cli, { folder: root, written })
    else {
      const argument = place === '.' ? '' : ` ${place}`
      await print(cli, [
        ...written.map((name) => `wrote ${printable(join(place, name))}`),
        `Next: bosun plan${argument}, then bosun run${argument}`,
      ])
    }
  })
}

// ---------------------------------------------------------------------------------------------

async function writeProject(root: string): Promise<string[]> {
  try {
    await mkdir(root, { recursive: true })
    const present = new Set(await readdir(root))
    const taken = [...present].filter((name) =>
      /^(?:bosun\.config\.(?:ts|js|mjs|json)|plan\.(?:ya?ml|json))$/.test(name),
    )
    if (taken.length > 0) {
      throw new BosunError('USAGE', {
        at: root,
        summary: 'There is a project in this folder',
        received: taken.join(' and '),
        fix: 'Choose another folder, or change what is there.',
      })
    }
    const missing = Object.keys(FILES).filter((name) => !present.has(name) || !OPTIONAL.has(name))
    for (const name of missing) await writeFile(join(root, name), FILES[name] ?? '', { flag: 'wx' })
    return missing
  } catch (error) {
    throw BosunError.from(error, 'FOLDER_MISSING', { at: root, expected: 'a folder that may be written' })
  }
}
