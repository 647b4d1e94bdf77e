import { projectPackageFiles } from './package-files.ts'
import { PROJECT_TEMPLATE } from './project-template.ts'
import type { Files } from './template.ts'

/**
 * A project as a package of its own: what `bosun init` writes, with what it takes to install, test and
 * type-check it.
 *
 * @param name one for which `nameFault` finds no fault
 */
export function newProject(name: string): Files {
  return {
    ...projectPackageFiles(name),
    ...PROJECT_TEMPLATE,
    'plugins/notes.spec.ts': SPEC,
    'README.md': readme(name),
    '.gitignore': `${PROJECT_TEMPLATE['.gitignore']}/node_modules/\n`,
  }
}

// ---------------------------------------------------------------------------------------------

const SPEC = `import { describeWorker } from 'bosun/testing'
import plugin from './notes.ts'

for (const worker of plugin.workers) describeWorker(worker)
`

function readme(name: string): string {
  return `# ${name}

\`\`\`sh
npm install
npx bosun try note-writer                      # the first example of a worker: no key, nothing left behind
npx bosun run                                  # the tasks of plan.yaml
npm test                                       # each worker in simulated runs with faults
npx bosun new worker page-writer               # another worker, in plugins/page-writer
\`\`\`

\`bosun.config.ts\` says what a run is made of, \`plan.yaml\` what is to be done.
`
}
