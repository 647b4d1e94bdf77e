import { z } from 'zod'
import { commandRules } from './command-rules.ts'
import { declareTool } from './define-tool.ts'

/** What an argument of a program cannot hold. */
const text = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'a text without NUL and without half characters')

const bytes = z.int().min(0)

/**
 * Runs one program with exactly these arguments. There is no shell: no argument is split, expanded or
 * read as an operator.
 *
 * A program is a bare name (`git`), which is looked up in the folders that the plugin is configured
 * with and nowhere else, an absolute path, or `./path` for one that belongs to the workspace. What the
 * attempt has staged itself is never run.
 *
 * It works in the staging folder of the attempt (a git worktree, where the attempt has one), and what it
 * changes there counts as the attempt's files. Files of the workspace are not copied there: they are
 * found below the absolute path in the environment variable BOSUN_WORKSPACE, for reading. The environment
 * holds PATH, LANG, HOME, TMPDIR (a folder that is gone afterwards), BOSUN_WORKSPACE and what the plugin is
 * configured with; nothing of the process that runs the tool.
 *
 * Rules name whole words: `command.run(git status)` covers exactly that, `command.run(git *)` whatever
 * follows; see `commandRules`.
 *
 * Errors: COMMAND_REFUSED (no such program, or it may not be run), COMMAND_TIMED_OUT, TOOL_FAILED. A program
 * that ends with a code other than 0, or by a signal, is no error: the output says so.
 *
 * @example
 * defineWorker({ tools: { status: command.run('git status *') }, effects: 'none',
 *   run: (_, { tools }) => tools.status({ command: 'git', args: ['status', '--short'] }), … })
 */
const run = declareTool({
  name: 'command.run',
  summary: 'Runs a program with arguments, without a shell.',
  access: 'effect',
  input: z.strictObject({
    command: text(4096).min(1),
    args: z.array(text(128 * 1024)).max(1000),
    /** A folder of the attempt's staging, relative to its root. Default: the root. */
    cwd: text(4096).min(1).optional(),
    /** Default: empty. */
    stdin: z
      .string()
      .max(16 * 1024 * 1024)
      .optional(),
    /** Default 60,000, at most one hour. */
    timeoutMs: z
      .int()
      .min(1)
      .max(60 * 60 * 1000)
      .optional(),
    /** Bytes that are kept of each stream: its beginning and its end. Default 64 KiB, at most 4 MiB. */
    outputBytesMax: z
      .int()
      .min(64)
      .max(4 * 1024 * 1024)
      .optional(),
  }),
  output: z.strictObject({
    /** null where a signal ended the program; in a sandbox that is 128 and the number of the signal. */
    exitCode: z.int().nullable(),
    /** null where the program ended by itself. */
    signal: z.string().nullable(),
    stdout: z.string(),
    stderr: z.string(),
    /** Bytes that the program wrote. */
    stdoutBytes: bytes,
    stderrBytes: bytes,
    /** Whether the middle of the text is left out; a line in it says how much. */
    stdoutTruncated: z.boolean(),
    stderrTruncated: z.boolean(),
    /** What kept the program from the rest of the machine. */
    sandbox: z.enum(['bubblewrap', 'none']),
    ms: z.int(),
  }),
  covers: commandRules,
})

/** The tool that runs programs, as a value: `tools: { test: command.run('npm test') }`. */
export const command = { run }
