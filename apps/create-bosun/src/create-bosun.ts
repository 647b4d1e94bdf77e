import { KINDS, nameFault, newPackage, newProject, writeNewFiles, type Kind } from '@bosun/templates'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** What there is to say, and what the process ends with. */
export interface Created {
  readonly code: 0 | 2
  readonly lines: readonly string[]
}

const USAGE = [
  'npm create bosun NAME        a project that runs, in a new folder',
  `npm create bosun KIND NAME   a package that runs: ${KINDS.join(', ')}`,
]

/** Writes a project, or a package of a kind, into a new folder of the current one. */
export async function createBosun(args: readonly string[], cwd: string): Promise<Created> {
  if (args.includes('--help') || args.includes('-h')) return { code: 0, lines: USAGE }
  const [kind, name] = args.length === 1 ? ['project', args[0]] : args
  if (name === undefined || args.length > 2 || !(kind === 'project' || isKind(kind))) return { code: 2, lines: USAGE }
  const fault = nameFault(name)
  if (fault !== undefined) return refused(fault)
  const files = kind === 'project' ? newProject(name) : newPackage(kind, name)
  if (existsSync(join(cwd, name))) return refused(`there is something named ${name} in this folder`)
  await writeNewFiles(join(cwd, name), files)
  return {
    code: 0,
    lines: [
      ...Object.keys(files).map((path) => `wrote ${name}/${path}`),
      `Next: cd ${name}, npm install, npx bosun run; more in ${name}/README.md`,
    ],
  }
}

// ---------------------------------------------------------------------------------------------

function isKind(kind: string | undefined): kind is Kind {
  return (KINDS as readonly (string | undefined)[]).includes(kind)
}

function refused(fault: string): Created {
  return { code: 2, lines: [`create-bosun: ${fault}`] }
}
