/** Where the code of a plugin lies. All paths are absolute and real, without links. */
export interface PluginLocation {
  /** As the config names it. */
  readonly specifier: string
  /** The module whose default export is the plugin. */
  readonly entry: string
  /** What the plugin may read of itself: its folder, or the one file it is. */
  readonly folder: string
  /** Its manifest asks for native addons, which pass by the permission model, and the config trusts it. */
  readonly addons?: true
}
