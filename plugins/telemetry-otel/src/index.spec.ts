import { expect, it } from 'vitest'
import plugin from './index.ts'

it('is turned on as a plugin with options, by the config', async () => {
  const { modules } = await plugin.create({ content: true })
  expect(modules).toHaveLength(1)
  await expect(plugin.create({ contents: true })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
