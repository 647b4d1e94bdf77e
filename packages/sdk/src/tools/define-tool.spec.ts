import { expect, it } from 'vitest'
import { z } from 'zod'
import { definePlugin } from '../plugins/define-plugin.ts'
import { defineWorker } from '../workers/define-worker.ts'
import { declareTool, defineTool, type ToolIo } from './define-tool.ts'

const options = {
  name: 'dice.roll',
  summary: 'Rolls a die.',
  access: 'read' as const,
  input: z.object({ sides: z.int() }),
  output: z.int(),
}

it('is one value for the workers that name it and for the plugin that brings it', async () => {
  const roll = defineTool({ ...options, run: ({ sides }) => sides })
  const worker = defineWorker({
    name: 'player',
    summary: 'Plays.',
    handles: 'play',
    body: z.null(),
    result: z.number(),
    tools: { roll },
    run: (_, { tools }) => tools.roll({ sides: 6 }),
  })
  const plugin = definePlugin({ name: 'dice', workers: [worker], tools: [roll] })
  expect(worker.entry).toMatchObject({ tools: ['dice.roll'], effects: 'none' })
  expect({ ...plugin.tools[0] }).toMatchObject({ kind: 'tool', declaration: { name: 'dice.roll', access: 'read' } })
  expect(await plugin.tools[0]?.handle({ sides: 3 }, {} as ToolIo)).toBe(3)
})

it('is narrowed by a specifier as any other tool', () => {
  const roll = defineTool({ ...options, run: ({ sides }) => sides })
  expect(roll('d6')).toMatchObject({ tool: 'dice.roll', specifier: 'd6' })
})

it('takes schemas of any library, and refuses what is none by its place', () => {
  const foreign = { '~standard': { version: 1 as const, vendor: 'foreign', validate: (value: unknown) => ({ value }) } }
  expect(declareTool({ ...options, input: foreign }).declaration.input.parse(7)).toBe(7)
  expect(() => declareTool({ ...options, output: 'text' as never })).toThrow(
    expect.objectContaining({ code: 'PLUGIN_INVALID', at: 'tool dice.roll: output' }),
  )
})
