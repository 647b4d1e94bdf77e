/** A process of its own, in which Node itself imports: says which of some paths are code of a project. */
import { loadConfig } from '../config/load-config.ts'
import { projectCode } from './project-code.ts'

const [workspace = '', folder = '', ...paths] = process.argv.slice(2)
const loaded = await loadConfig(folder)
const code = projectCode(workspace, loaded, { trusted: [], workers: [], entries: [], locations: [] })
process.stdout.write(JSON.stringify(paths.filter((path) => code.cover(path))))
