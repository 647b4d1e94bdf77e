import type { Json } from '@bosun/core'

/** Where the code of a plugin lies. All paths are absolute and real, without links. */
export interface PluginLocation {
  /** As the config names it. */
  readonly specifier: string
  /** The module whose default export is the plugin. */
  readonly entry: string
  /** What the plugin may read of itself: its folder, or the one file it is. */
  readonly folder: string
  /** What it is made from, if it is made from options. Absent: nothing is said. */
  readonly settings?: PluginSettings
  /** Its manifest asks for native addons, which pass by the permission model, and the config trusts it. */
  readonly addons?: true
}

/** What a config says of a plugin. It is never journaled: options may hold secrets. */
export interface PluginSettings {
  /** Where it stands, for messages: `bosun.config.ts plugins[2].options`. */
  readonly at: string
  readonly options?: Json
}
