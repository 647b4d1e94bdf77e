import { definePlugin, files } from '@bosun/sdk'
import { defineAgentWorker } from '@bosun/worker-agent'
import { z } from 'zod'

const module = z.string().min(1)
const round = z.int().min(1)

/** Plans: reads the module and says what a guide to it has to tell. */
const outliner = defineAgentWorker({
  name: 'outliner',
  handles: 'outline_guide',
  summary: 'Lists what a guide to a module has to tell.',
  model: 'outliner',
  instructions: 'You read the module below code/ and list the three to seven points that a guide to it has to tell.',
  body: z.strictObject({ module }),
  result: z.strictObject({ points: z.array(z.string()).min(1).max(7) }),
  tools: { source: files.read('code/**') },
})

/** Executes: writes the guide, or mends it by what the last review said. */
const writer = defineAgentWorker({
  name: 'writer',
  handles: 'write_guide',
  summary: 'Writes the guide to a module.',
  model: 'writer',
  instructions:
    'You write a guide to the module below code/, in Markdown, to the one file you are given. It tells each point of the outline. If a review is among the earlier results, you mend each of its faults.',
  body: z.strictObject({ module, path: z.string(), round }),
  result: z.strictObject({ path: z.string() }),
  tools: { source: files.read('code/**'), guide: files.read('out/**'), write: files.write('out/**') },
  outputs: ({ path }) => [path],
  skills: ['plain-guide'],
})

/** Reviews: reads module and guide, and holds no tool that changes anything. */
const reviewer = defineAgentWorker({
  name: 'reviewer',
  handles: 'review_guide',
  summary: 'Judges the guide to a module.',
  model: 'reviewer',
  instructions:
    'You compare the guide with the module below code/ and with the outline. You accept it if every point is told and nothing is wrong; otherwise you reject it and name each fault in one sentence.',
  body: z.strictObject({ module, path: z.string(), round }),
  result: z.strictObject({ verdict: z.enum(['accepted', 'rejected']), faults: z.array(z.string()).max(20) }),
  tools: { source: files.read('code/**'), guide: files.read('out/**') },
  temperature: 0,
})

export default definePlugin({ name: 'guides', workers: [outliner, writer, reviewer] })
