import { expect, it } from 'vitest'
import { plannerAgentPlugin as plugin } from './plugin.ts'

it('is one planner, named by its options', async () => {
  expect((await plugin.create({ model: 'smart' })).planners.map(({ name }) => name)).toEqual(['agent'])
  expect((await plugin.create({ model: 'smart', name: 'thinker' })).planners.map(({ name }) => name)).toEqual([
    'thinker',
  ])
})

it('asks for a model where the config names none', async () => {
  await expect(plugin.create({}, 'bosun.config.ts plugins[0].options')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    at: 'bosun.config.ts plugins[0].options.model',
  })
})
