import type { Json } from '@bosun/core'
import { plainJson } from '@bosun/sdk'
import { z } from 'zod'

/** A schema for people and models to read; validation never uses it, so what cannot be told is left open. */
export function schemaAsJson(schema: z.ZodType): Json {
  try {
    return plainJson(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }), 'PLUGIN_INVALID', 'schema')
  } catch {
    return {}
  }
}
