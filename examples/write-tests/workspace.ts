import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The parts of the package that its modules import from each other. */
const PARTS = ['_internal', 'array', 'math', 'object', 'predicate', 'string']

/** Makes the folder that is worked on, a copy of modules of the installed es-toolkit, unless it is there. */
export function makeWorkspace(folder: string): void {
  if (existsSync(folder)) return
  const making = `${folder}.${process.pid}`
  const toolkit = dirname(fileURLToPath(import.meta.resolve('es-toolkit/package.json')))
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making)
  for (const part of PARTS) {
    cpSync(join(toolkit, 'dist', part), join(making, 'src', part), { recursive: true, filter: isModule })
  }
  cpSync(join(toolkit, 'LICENSE'), join(making, 'LICENSE'))
  try {
    renameSync(making, folder)
  } catch (error) {
    // Another process was faster, and its folder is as good.
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

/** Each module is there in two forms; the other one is for `require`. */
function isModule(path: string): boolean {
  return ['', '.mjs', '.mts'].includes(extname(path))
}
