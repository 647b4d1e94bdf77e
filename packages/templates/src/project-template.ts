/** What `bosun init` writes, by path: a project that runs as it is, small enough to be read whole. */
export const PROJECT_TEMPLATE: Readonly<Record<string, string>> = {
  'bosun.config.ts': `// What a run here is made of. All that is absent has a documented default.
export default {
  plugins: ['./plugins/notes.ts'], // who can work; each in a process of its own
  planner: 'files', // reads the tasks from plan.yaml
  manager: 'fanOut', // starts every task as soon as its dependencies have succeeded
  limits: { slotsMax: 4 }, // attempts at the same time
}
`,
  'plan.yaml': `# Two notes side by side, then one that follows from both.
tasks:
  - id: note-mars
    type: write_note
    body: { name: mars, text: Mars has two moons. }

  - id: note-moon
    type: write_note
    body: { name: moon, text: The moon has none. }

  - id: conclusion
    type: write_note
    body: { name: conclusion, text: Moons have no moons. }
    depends_on: [note-mars, note-moon]
`,
  'plugins/notes.ts': `// A plugin with one worker. Its imports come from the Bosun that runs it, or from what you install.
import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

const noteWriter = defineWorker({
  name: 'note-writer',
  summary: 'Writes a note into a file.', // the purpose of a task that states none
  handles: 'write_note',
  body: z.object({ name: z.string().regex(/^[a-z]+$/), text: z.string() }), // others are refused at plan time
  result: z.object({ path: z.string() }),
  tools: { write: files.write('notes/**') }, // what is named here is all that can be called
  outputs: ({ name }) => [\`notes/\${name}.md\`], // all that it may write; checked before it is published
  examples: [{ body: { name: 'mars', text: 'Mars has two moons.' }, result: { path: 'notes/mars.md' } }], // bosun try
  async run({ body: { name, text } }, { inputs, tools }) {
    const path = \`notes/\${name}.md\`
    const sources = Object.keys(inputs).map((task) => \`- after \${task}\\n\`) // the results it depends on
    await tools.write({ path, text: \`# \${name}\\n\\n\${text}\\n\\n\${sources.join('')}\` })
    return { path }
  },
})

export default definePlugin({ name: 'notes', workers: [noteWriter] })
`,
  '.gitignore': '/.bosun/\n/notes/\n',
}
