import { BosunError } from '@bosun/core'
import { nameFault, newPackage, optionsFault, type Kind, type TemplateOptions } from '@bosun/templates'
import type { Tree } from '@nx/devkit'

/** What `schema.json` describes. */
export interface GeneratorOptions extends TemplateOptions {
  readonly name: string
  /** Folder of the package, relative to the workspace. @defaultValue `plugins/NAME` */
  readonly directory?: string
}

export const worker = generatorOf('worker')
export const tool = generatorOf('tool')
export const planner = generatorOf('planner')
export const manager = generatorOf('manager')
export const strategy = generatorOf('strategy')
export const plugin = generatorOf('plugin')

// ---------------------------------------------------------------------------------------------

/**
 * The generator of a kind: the package that `bosun new` writes, over a tree of Nx.
 *
 * Throws NAME_INVALID, NAME_TAKEN for a folder that holds anything, USAGE for options that do not fit.
 */
function generatorOf(kind: Kind) {
  return (tree: Tree, { name, directory = `plugins/${name}`, ...options }: GeneratorOptions): void => {
    const fault = nameFault(name)
    if (fault !== undefined) throw new BosunError('NAME_INVALID', { at: kind, received: fault })
    const wrong = optionsFault(kind, options)
    if (wrong !== undefined) throw new BosunError('USAGE', { at: `--${wrong.option}`, received: wrong.fault })
    if (tree.exists(directory)) throw new BosunError('NAME_TAKEN', { at: directory })
    for (const [path, text] of Object.entries(newPackage(kind, name, options))) tree.write(`${directory}/${path}`, text)
  }
}
