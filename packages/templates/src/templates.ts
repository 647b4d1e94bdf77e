import { configSource, listingSource } from './config-source.ts'
import { managerTemplate } from './kinds/manager.ts'
import { plannerTemplate } from './kinds/planner.ts'
import { pluginTemplate } from './kinds/plugin.ts'
import { strategyTemplate } from './kinds/strategy.ts'
import { toolTemplate } from './kinds/tool.ts'
import { workerTemplate } from './kinds/worker.ts'
import { pluginPackageFiles } from './package-files.ts'
import type { ConfigSource, Files, Kind, Template, TemplateOptions } from './template.ts'

const TEMPLATES: Readonly<Record<Kind, (name: string, options: TemplateOptions) => Template>> = {
  worker: workerTemplate,
  tool: toolTemplate,
  planner: plannerTemplate,
  manager: managerTemplate,
  strategy: strategyTemplate,
  plugin: pluginTemplate,
}

/** A part of a project that is there: the plugin alone. */
export interface NewPart {
  /** The sources, relative to the project. */
  readonly files: Files
  /** The folder of the plugin, as a config names it. */
  readonly specifier: string
  /** How a config lists it, as source text. */
  readonly listing: string
  /** What the config has to say besides for it to be used. */
  readonly use: ConfigSource
}

/**
 * A plugin inside of a project, in `plugins/NAME`.
 *
 * @param name one for which `nameFault` finds no fault
 */
export function newPart(kind: Kind, name: string, options: TemplateOptions = {}): NewPart {
  const { sources, isTrusted, use } = TEMPLATES[kind](name, options)
  const specifier = `./plugins/${name}`
  return { files: under(`plugins/${name}`, sources), specifier, listing: listingSource(specifier, isTrusted), use }
}

/**
 * A plugin as a package of its own that can be built, tested, published, and run as it is, since it is a
 * project as well.
 *
 * @param name one for which `nameFault` finds no fault
 * @example
 * newPackage('worker', 'greeter')['src/greeter.ts'] // import { defineWorker, files } from '@bosun/sdk' …
 */
export function newPackage(kind: Kind, name: string, options: TemplateOptions = {}): Files {
  const { summary, sources, imports, isTrusted, use, project } = TEMPLATES[kind](name, options)
  const plugins = [listingSource('./src', isTrusted), ...(project.plugins ?? [])]
  return {
    ...pluginPackageFiles(name, summary, imports),
    'bosun.config.ts': configSource({ plugins: `[${plugins.join(', ')}]`, ...project.config, ...use }),
    ...project.files,
    ...under('src', sources),
    'README.md': readme(kind, name, summary),
    '.gitignore': '/.bosun/\n/dist/\n/node_modules/\n/out/\n/site/\n',
  }
}

// ---------------------------------------------------------------------------------------------

function under(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))
}

/** Commands that show the thing at work. */
function commands(kind: Kind, name: string): readonly (readonly [string, string])[] {
  const isTried = kind === 'worker' || kind === 'tool' || kind === 'plugin'
  const isChecked = kind !== 'tool' && kind !== 'plugin'
  return [
    ['npm install', ''],
    ['npm test', ''],
    ...(isTried ? [['npx bosun try ./src', 'its first example: no key, nothing left behind'] as const] : []),
    ['npx bosun run', 'the project in bosun.config.ts'],
    ...(isChecked ? [[`npx bosun check src/${name}.ts`, 'schedules with faults'] as const] : []),
    ['npm run build', 'JavaScript in dist, which is what npm publish takes'],
  ]
}

function readme(kind: Kind, name: string, summary: string): string {
  const width = Math.max(...commands(kind, name).map(([command]) => command.length))
  const lines = commands(kind, name).map(([command, does]) =>
    does === '' ? command : `${command.padEnd(width)}  # ${does}`,
  )
  return `# ${name}\n\n${summary}\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n\nA project that installs it lists it: \`plugins: [${listingSource(name, isTrustedKind(kind))}]\`.\n`
}

function isTrustedKind(kind: Kind): boolean {
  return TEMPLATES[kind]('it', {}).isTrusted
}
