import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ServiceIdentifier } from 'inversify'
import { z } from 'zod'
import { files } from '../tools/files.ts'
import { defineWorker } from './define-worker.ts'

interface Db {
  find(name: string): Promise<number>
}
declare const Db: ServiceIdentifier<Db>
/** A schema of another library: all that is known of it is Standard Schema. */
declare const foreign: StandardSchemaV1<{ text: string }, { text: string; length: number }>

const about = { name: 'x', summary: 'Does.', handles: 'do' } as const

// Full inference: body, tools and result need no annotation, and a tool that is not named cannot be called.
defineWorker({
  ...about,
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
    // @ts-expect-error the body has no such member
    void body.moon
    return { path: `${written.bytes}` }
  },
})

// The result is what the schema takes.
defineWorker({
  ...about,
  body: z.unknown(),
  result: z.object({ path: z.string(), size: z.number().default(0) }),
  run: () => ({ path: 'a' }),
})
defineWorker({
  ...about,
  body: z.unknown(),
  result: z.object({ path: z.string() }),
  // @ts-expect-error a path is a text
  run: () => ({ path: 1 }),
})

// A schema of another library: the body is what it gives, an example what it takes.
defineWorker({
  ...about,
  body: foreign,
  result: foreign,
  examples: [{ body: { text: 'a' } }],
  run: ({ body }) => ({ text: `${body.length + 1}` }),
})
defineWorker({
  ...about,
  body: foreign,
  result: z.number(),
  // @ts-expect-error the body of an example is typed
  examples: [{ body: { text: 1 } }],
  run: ({ body }) => body.length,
})

// Services by the worker's own names, with their types.
defineWorker({
  ...about,
  body: z.string(),
  result: z.number(),
  needs: { db: Db },
  run({ body }, { needs }) {
    // @ts-expect-error a service that was not asked for
    void needs.cache
    return needs.db.find(body)
  },
})

// The model is there and typed; nothing is there to delegate with.
defineWorker({
  ...about,
  body: z.string(),
  result: z.object({ title: z.string() }),
  model: 'fast',
  async run({ body }, context) {
    const text: string = await context.model.generate({ prompt: body })
    // @ts-expect-error there is no way to delegate
    void context.delegate
    // @ts-expect-error there is no way to spawn
    void context.spawn
    // @ts-expect-error there is no way to assign
    void context.assign
    // @ts-expect-error there is no way to send
    void context.send
    return await context.model.generate({ prompt: text, schema: z.object({ title: z.string() }) })
  },
})

defineWorker({
  ...about,
  // @ts-expect-error a schema, not a type name
  body: 'string',
  result: z.unknown(),
  run: () => null,
})
