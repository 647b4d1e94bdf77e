import { z } from 'zod'
import { definePlugin, type ConfigurablePlugin, type Plugin } from './define-plugin.ts'

definePlugin({ name: 'fixed' }) satisfies Plugin

definePlugin({
  name: 'configured',
  options: z.object({ servers: z.array(z.string()).default([]) }),
  create({ servers }) {
    // @ts-expect-error options are what the schema gives
    void servers.length.length
    return { tools: [] }
  },
}) satisfies ConfigurablePlugin

// @ts-expect-error a plugin is made from options by `create`
definePlugin({ name: 'half', options: z.object({}) })

// @ts-expect-error a plugin that is made brings all its parts by `create`
definePlugin({ name: 'both', options: z.object({}), create: () => ({}), workers: [] })
