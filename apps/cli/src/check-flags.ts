import type { LaneName } from '@bosun/simulation'

/** What `bosun check` is told beside the module. */
export interface CheckFlags {
  readonly seconds?: number
  readonly schedules?: number
  readonly seed?: number
  readonly lane?: LaneName
  readonly threads?: number
  readonly replay?: string
  readonly corpus?: string
  readonly html?: string
  readonly certificate?: boolean
  readonly json?: boolean
}

/** The module under check: as a person named it, and as something to import. */
export interface CheckedModule {
  readonly named: string
  readonly url: string
}
