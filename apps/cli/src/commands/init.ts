import { Command } from 'commander'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { print, printJson, withExample, type Cli } from '../cli.ts'
import { pathText } from '../path-flag.ts'
import { shortPath } from '../project-command.ts'
import { printable } from '../render/printable.ts'
import { shellWord } from '../render/shell-word.ts'

/** Files that may be there already, and then stay as they are. */
const OPTIONAL = new Set(['.gitignore'])
/** A second config or plan would make both ambiguous. */
const IN_THE_WAY = /^(?:bosun\.config\.(?:ts|js|mjs|json)|plan\.(?:ya?ml|json))$/

/** `bosun init [folder]`: a project that runs, to be changed. */
export function initCommand(cli: Cli): Command {
  const command = new Command('init')
    .summary('write a small project that runs')
    .description(
      'Writes a config, a plan and a plugin that run as they are, in any folder. Changes no file that is there.',
    )
    .argument('[folder]', 'folder of the project; made when it is missing', pathText, '.')
    .option('--json', 'print data instead of text')
  withExample(command, 'bosun init my-project')
  return command.action(async (folder: string, options: { readonly json?: boolean }) => {
    const root = resolve(cli.terminal.cwd, folder)
    const written = await writeProject(root)
    const place = shortPath(cli, root)
    if (options.json === true) await printJson(cli, { folder: root, written })
    else {
      const argument = place === '.' ? '' : ` ${printable(shellWord(place))}`
      await print(cli, [
        ...written.map((name) => `wrote ${printable(join(place, name))}`),
        `Next: bosun plan${argument}, then bosun run${argument}`,
      ])
    }
  })
}

// ---------------------------------------------------------------------------------------------

/** All or nothing: what is in the way is found before the first file is written. */
async function writeProject(root: string): Promise<string[]> {
  const { BosunError } = await import('@bosun/core')
  const { PROJECT_TEMPLATE, writeNewFiles } = await import('@bosun/templates')
  try {
    await mkdir(root, { recursive: true })
    const present = (await readdir(root)).filter((name) => IN_THE_WAY.test(name))
    const files = Object.fromEntries(
      Object.entries(PROJECT_TEMPLATE).filter(([name]) => !OPTIONAL.has(name) || !existsSync(join(root, name))),
    )
    const there = Object.keys(files).filter((name) => existsSync(join(root, name)))
    const taken = [...new Set([...present, ...there])].sort()
    if (taken.length > 0) {
      throw new BosunError('USAGE', {
        at: root,
        summary: 'There is a project in this folder',
        received: taken.join(' and '),
        fix: 'Choose another folder, or change what is there.',
      })
    }
    await writeNewFiles(root, files)
    return Object.keys(files)
  } catch (error) {
    throw BosunError.from(error, 'FOLDER_MISSING', { at: root, expected: 'a folder that may be written' })
  }
}
