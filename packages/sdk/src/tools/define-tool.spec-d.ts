import { z } from 'zod'
import { defineWorker } from '../workers/define-worker.ts'
import { declareTool, defineTool } from './define-tool.ts'

const roll = defineTool({
  name: 'dice.roll',
  summary: 'Rolls a die.',
  access: 'read',
  input: z.object({ sides: z.int().default(6) }),
  output: z.object({ eyes: z.int() }),
  run({ sides }) {
    const known: number = sides
    return { eyes: known }
  },
})

defineTool({
  name: 'dice.cheat',
  summary: 'Rolls what it likes.',
  access: 'read',
  input: z.object({}),
  output: z.object({ eyes: z.int() }),
  // @ts-expect-error the output is typed
  run: () => ({ eyes: 'six' }),
})

// A tool with its code is named by workers as any other; what has a default may be left out of a call.
defineWorker({
  name: 'player',
  summary: 'Plays.',
  handles: 'play',
  body: z.null(),
  result: z.number(),
  tools: { roll },
  async run(_, { tools }) {
    const { eyes } = await tools.roll({})
    // @ts-expect-error the input of the tool is typed
    await tools.roll({ sides: 'six' })
    return eyes
  },
})

const declared = declareTool({
  name: 'mail.send',
  summary: 'Sends.',
  access: 'effect',
  input: z.object({ to: z.string() }),
  output: z.null(),
  covers: {
    subjects: ({ to }) => [to],
    compile: (specifier) => (subject) => subject === specifier,
  },
})
defineTool(declared, ({ to }, io) => {
  const text: string = to + io.attempt
  void text
  return null
})
