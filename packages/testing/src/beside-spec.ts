import { existsSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'

/** What a command is printed with where nobody knows the file. */
const UNKNOWN = 'MODULE'

/** The file that a spec is about, as seen from the working folder: `survey.ts` of `survey.int.spec.ts`. */
export function besideSpec(spec: string): string {
  const [name = ''] = basename(spec).split('.')
  const file = join(dirname(spec), `${name}${extname(spec)}`)
  return existsSync(file) ? relative(process.cwd(), file) : UNKNOWN
}
