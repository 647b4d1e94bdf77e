import { z } from 'zod'
import { declareTool } from './define-tool.ts'
import { patchPaths } from './patch-paths.ts'

const path = z.string().min(1).max(4096)
/** A file or a folder of the workspace. Default `.`, all of it. */
const where = path.optional()
const maxBytes = z
  .int()
  .min(1)
  .max(4 * 1024 * 1024)
  .optional()

/** Lists the files that the attempt has changed so far. */
const status = declareTool({
  name: 'git.status',
  summary: 'Lists the files changed so far.',
  access: 'read',
  isOfAttempt: true,
  input: z.strictObject({ path: where }),
  output: z.strictObject({
    files: z.array(z.strictObject({ path: z.string(), state: z.enum(['added', 'modified', 'deleted']) })),
  }),
  paths: (input) => [input.path ?? '.'],
})

/** Shows what the attempt has changed so far, as a patch. */
const diff = declareTool({
  name: 'git.diff',
  summary: 'Shows the changes so far as a patch.',
  access: 'read',
  isOfAttempt: true,
  input: z.strictObject({
    path: where,
    /** Unchanged lines around each change. Default 3. */
    contextLines: z.int().min(0).max(1_000).optional(),
    /** Default 256 KiB. */
    maxBytes,
  }),
  output: z.strictObject({ text: z.string(), truncated: z.boolean() }),
  paths: (input) => [input.path ?? '.'],
  deniedWith: ['files.read'],
})

/** Lists commits of the workspace, the latest first. */
const log = declareTool({
  name: 'git.log',
  summary: 'Lists commits, the latest first.',
  access: 'read',
  isOfAttempt: true,
  input: z.strictObject({
    path: where,
    /** Default 20. */
    max: z.int().min(1).max(1_000).optional(),
  }),
  output: z.strictObject({
    commits: z.array(z.strictObject({ id: z.string(), author: z.string(), at: z.string(), subject: z.string() })),
  }),
  paths: (input) => [input.path ?? '.'],
})

/** Shows a file as a commit has it. */
const show = declareTool({
  name: 'git.show',
  summary: 'Shows a file as a commit has it.',
  access: 'read',
  isOfAttempt: true,
  input: z.strictObject({
    path,
    /**
     * `HEAD`, the commit that the workspace is at; `base`, the workspace as the attempt found it, with
     * what was not committed; or the id of a commit. Each may be followed by `~1`, `~2`, …
     * Default `HEAD`.
     */
    revision: z
      .string()
      .regex(/^(?:HEAD|base|[0-9a-f]{7,64})(?:~\d{1,4})?$/, 'HEAD, base or the id of a commit')
      .optional(),
    /** Default 1 MiB. */
    maxBytes,
  }),
  output: z.strictObject({ text: z.string(), truncated: z.boolean() }),
  paths: (input) => [input.path],
  deniedWith: ['files.read'],
})

/**
 * Applies a patch, whole or not at all, to the files as the attempt sees them. Paths in it begin with
 * `a/` and `b/`, as git writes them; files are text and keep their modes.
 */
const apply = declareTool({
  name: 'git.apply',
  summary: 'Applies a patch.',
  access: 'write',
  input: z.strictObject({
    patch: z
      .string()
      .min(1)
      .max(4 * 1024 * 1024),
  }),
  output: z.strictObject({
    files: z.array(z.strictObject({ path: z.string(), state: z.enum(['added', 'modified', 'deleted']) })),
  }),
  paths: (input) => patchPaths(input.patch),
  // It may copy and move files, and tells by its success what they hold.
  deniedWith: ['files.read', 'files.write', 'files.edit', 'files.delete'],
})

/**
 * The git tools as values: `tools: { diff: git.diff('src/**') }`.
 *
 * A worker that holds any of them works in a git worktree of the workspace: a folder of its own with
 * all that is tracked or not ignored there, as it was when the attempt first called a tool, committed
 * or not. What differs in the end are its files; they are merged into the workspace line by line.
 * GIT_UNAVAILABLE at load where the workspace is no repository with a commit.
 */
export const git = { status, diff, log, show, apply }
