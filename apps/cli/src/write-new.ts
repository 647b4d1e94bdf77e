import { BosunError } from '@bosun/core'
import { nameFault, newPackage, newPart, optionsFault, withPlugin, writeNewFiles } from '@bosun/templates'
import type { ConfigSource, Kind, NewPart, TemplateOptions } from '@bosun/templates'
import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cli } from './cli.ts'

export interface NewFlags {
  readonly type?: string
  readonly model?: string
}

/** What was written, relative to the current folder, and what to do with it. */
export interface Written {
  readonly files: readonly string[]
  /** Files that were there. */
  readonly changed: readonly string[]
  readonly next: readonly string[]
}

const CONFIG = /^bosun\.config\.(?:ts|js|mjs|json)$/

/**
 * Writes something new: into the project of the current folder, or as a package of its own.
 *
 * @throws NAME_INVALID, NAME_TAKEN, USAGE for options that do not fit; then nothing is written
 */
export async function writeNew(cli: Cli, kind: Kind, name: string, { type, model }: NewFlags): Promise<Written> {
  const options = {
    ...(type === undefined ? {} : { taskType: type }),
    ...(model === undefined ? {} : { model }),
  }
  refuseFaults(kind, name, options)
  const { cwd } = cli.terminal
  const config = (await readdir(cwd)).find((file) => CONFIG.test(file))
  if (config === undefined) return writePackage(cwd, kind, name, options)
  return writePart(cli, config, kind, name, options)
}

// ---------------------------------------------------------------------------------------------

function refuseFaults(kind: Kind, name: string, options: TemplateOptions): void {
  const fault = nameFault(name)
  if (fault !== undefined) throw new BosunError('NAME_INVALID', { at: kind, received: fault })
  const wrong = optionsFault(kind, options)
  if (wrong === undefined) return
  const flag = wrong.option === 'taskType' ? '--type' : '--model'
  throw new BosunError('USAGE', { at: flag, received: wrong.fault, fix: `Correct it, or leave ${flag} out.` })
}

async function writePackage(cwd: string, kind: Kind, name: string, options: TemplateOptions): Promise<Written> {
  const files = newPackage(kind, name, options)
  await writeInto(cwd, name, Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text])))
  return {
    files: Object.keys(files).map((path) => `${name}/${path}`),
    changed: [],
    next: [`Next: cd ${name}, npm install, npx bosun run; more in ${name}/README.md`],
  }
}

async function writePart(
  cli: Cli,
  config: string,
  kind: Kind,
  name: string,
  options: TemplateOptions,
): Promise<Written> {
  const { cwd } = cli.terminal
  const part = newPart(kind, name, options)
  await writeInto(cwd, part.specifier, part.files)
  const isListed = await list(cli, config, part)
  return {
    files: Object.keys(part.files),
    changed: isListed ? [config] : [],
    next: [
      ...(isListed ? [] : [`List it in ${config}: plugins: [${part.listing}, …]`]),
      ...uses(config, part.use),
      ...(options.model === undefined ? [] : [`Say in ${config} which model it is: models: { ${options.model}: … }`]),
      `Next: ${nextOf(kind, name, part.specifier)}`,
    ],
  }
}

/** All or nothing; a folder of its name counts as taken, whatever is in it. */
async function writeInto(cwd: string, folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  if (existsSync(join(cwd, folder))) throw new BosunError('NAME_TAKEN', { at: join(cwd, folder) })
  const [taken] = await writeNewFiles(cwd, files)
  if (taken !== undefined) throw new BosunError('NAME_TAKEN', { at: join(cwd, taken) })
}

/** Lists a plugin in a config, if it is plain where; a config that does not say so afterwards is put back. */
async function list(cli: Cli, config: string, { specifier, listing }: NewPart): Promise<boolean> {
  const path = join(cli.terminal.cwd, config)
  const text = await readFile(path, 'utf8')
  const changed = withPlugin(text, listing)
  if (changed === undefined) return false
  await writeFile(path, changed)
  try {
    const engine = await cli.engine()
    if ((await engine.pluginsOf(cli.terminal.cwd)).includes(specifier)) return true
  } catch {
    // The config cannot be read: with or without this, somebody has to look at it.
  }
  await writeFile(path, text)
  return false
}

function uses(config: string, use: ConfigSource): string[] {
  return Object.entries(use).map(([key, entry]) => {
    return `To use it, ${config} has to say ${key}: ${typeof entry === 'string' ? entry : entry[0]}`
  })
}

function nextOf(kind: Kind, name: string, specifier: string): string {
  if (kind === 'worker') return `bosun try ${name}, then give it a task`
  if (kind === 'tool' || kind === 'plugin') return `bosun try ${specifier}`
  return `bosun check ${specifier.slice(2)}/${name}.ts`
}
