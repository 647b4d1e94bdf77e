import type { BosunConfig } from './config-schema.ts'

/**
 * The default export of `bosun.config.ts`: returns what it gets, and gives the editor its types.
 *
 * @example
 * export default defineConfig({ plugins: ['./plugins/site'], manager: 'fanOut', limits: { slotsMax: 4 } })
 */
export function defineConfig(config: BosunConfig): BosunConfig {
  return config
}
