import { z } from 'zod'
import { files } from '../tools/files.ts'
import { defineWorker } from './define-worker.ts'

// Full inference: body, tools and result need no annotation, and a tool that is not named cannot be called.
defineWorker({
  name: 'page-writer',
  summary: 'Writes the HTML page of one planet.',
  handles: 'generate_page',
  body: z.object({ planet: z.string() }),
  result: z.object({ path: z.string() }),
  tools: { write: files.write('site/**') },
  outputs: ({ planet }) => [`site/${planet}.html`],
  async run({ body }, { tools }) {
    const written: { bytes: number } = await tools.write({ path: `site/${body.planet}.html`, text: '' })
    // @ts-expect-error the worker holds no read tool
    await tools.read({ path: 'x' })
    // @ts-expect-error the input of the tool is typed
    await tools.write({ path: 1, text: '' })
    return { path: `${written.bytes}` }
  },
})
