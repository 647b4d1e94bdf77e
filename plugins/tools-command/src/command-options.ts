import { isAbsolute } from 'node:path'
import { z } from 'zod'

const folder = z.string().refine((path) => isAbsolute(path) && !path.includes(':'), 'an absolute path')

/** What a config says about the programs that may be run. */
export const CommandOptionsSchema = z.strictObject({
  /** Where bare names are looked up, in this order; also the PATH of programs. The environment's PATH is not asked. */
  searchPath: z.array(folder).min(1).default(['/usr/local/bin', '/usr/bin', '/bin']),
  /** Variables of programs beside those that every program has. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  /**
   * Whether programs run inside bubblewrap: `auto` where it works here, `required` refuses to start without
   * it, `off` never. The output of each call says which it was.
   */
  sandbox: z.enum(['auto', 'required', 'off']).default('auto'),
  /** Whether the sandbox lets programs reach the network. Without a sandbox they always do. */
  network: z.boolean().default(false),
  /** Folders that the sandbox lets programs read, beside the system's, the workspace and the search path. */
  readable: z.array(folder).default([]),
})
export type CommandOptions = z.infer<typeof CommandOptionsSchema>
