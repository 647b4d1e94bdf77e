import { isAbsolute } from 'node:path'
import { z } from 'zod'

const folder = z.string().refine((path) => isAbsolute(path) && !path.includes(':'), 'an absolute path')
const glob = z.string().min(1)

/** What a config says about the coding agent. */
export const AcpOptionsSchema = z.strictObject({
  /** The program that speaks ACP: a bare name, which is looked up in the search path, or an absolute path. */
  command: z
    .string()
    .min(1)
    .refine((text) => isAbsolute(text) || !/[/\\]/.test(text), 'a bare name or an absolute path'),
  args: z.array(z.string()).default([]),
  /** Variables of the process of the run that the agent gets, such as the key of its model. */
  env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')).default([]),
  /** Where a bare name is looked up; also the PATH of the agent. */
  searchPath: z.array(folder).min(1).default(['/usr/local/bin', '/usr/bin', '/bin']),
  /** What the agent may read through Bosun: a pattern of paths, as in `files.read(src/**)`. */
  read: glob.default('**'),
  /** What it may write. Default: nothing. */
  write: glob.optional(),
  /** The commands that it may have run, as rules of `command.run` have them: `npm test`, `git log *`. */
  commands: z.array(z.string().min(1)).max(100).default([]),
  /**
   * What the agent's own process is contained by. `required` refuses to run it without bubblewrap; `auto` runs it
   * as it is where there is none, and then nothing keeps it from what its user may do; `off` always does.
   */
  sandbox: z.enum(['required', 'auto', 'off']).default('required'),
  /**
   * Whether the sandbox lets it reach the network, as it has to for a model elsewhere. Its calls of models pass no
   * gate of Bosun: no budget counts them. Without a sandbox it always reaches it.
   */
  network: z.boolean().default(false),
  /** Folders that the sandbox lets it read beside the system's, the workspace and the search path: where it is installed. */
  readable: z.array(folder).default([]),
})
export type AcpOptions = z.infer<typeof AcpOptionsSchema>
