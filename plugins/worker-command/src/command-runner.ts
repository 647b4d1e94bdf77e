import { BosunError, command, defineWorker } from '@bosun/sdk'
import { z } from 'zod'

/** What a config says about the commands that tasks may run. */
export const CommandRunnerOptionsSchema = z.strictObject({
  /**
   * The words that may be run, as rules of `command.run` have them: `npm test`, `git log *`. Anything else is
   * denied, whatever a plan asks for.
   */
  allow: z.array(z.string().min(1)).min(1).max(100),
})
export type CommandRunnerOptions = z.infer<typeof CommandRunnerOptionsSchema>

/** The body of a `run_command` task. */
export const CommandBodySchema = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  /** A folder of the attempt's staging. Default: its root. */
  cwd: z.string().min(1).optional(),
  stdin: z.string().optional(),
  /** Default 60,000. */
  timeoutMs: z.int().min(1).optional(),
  outputBytesMax: z.int().min(64).optional(),
  /** The files that the command writes; others are refused then. Default: whatever it writes. */
  outputs: z.array(z.string().min(1)).optional(),
})

/** Characters of the error output that a failure quotes: its end, where the reason stands. */
const QUOTED_LENGTH_MAX = 2_000
/** Control bytes, the escape among them, and invisible marks that reorder text; not line ends and tabs. */
const UNSHOWABLE = /(?![\n\t])[\p{Cc}\p{Cf}]/gu

/**
 * A worker that runs one command per task, and only those that it is made for.
 *
 * Use it for a plan that needs a build, a test or a generator between other tasks. A command that ends with
 * another code than 0 is a failed attempt with the end of its error output; since nobody knows what a command
 * has done by then, a lost one is not repeated by itself.
 *
 * @throws RULE_MALFORMED
 * @example
 * definePlugin({ name: 'checks', workers: [commandRunner({ allow: ['npm test', 'npm run lint'] })] })
 * // and in plan.yaml: { id: test, type: run_command, body: { command: npm, args: [test] } }
 */
export function commandRunner({ allow }: CommandRunnerOptions) {
  const { covers } = command.run.declaration
  const rules = allow.map((words) => ({ use: command.run(words), fits: covers?.compile(words) }))
  return defineWorker({
    name: 'command-runner',
    summary: 'Runs a command.',
    handles: 'run_command',
    body: CommandBodySchema,
    result: command.run.declaration.output,
    tools: Object.fromEntries(rules.map(({ use }, index) => [toolName(index), use])),
    effects: 'once',
    outputs: ({ outputs }) => outputs ?? [],
    examples: examplesOf(allow),
    async run({ body }, { tools }) {
      const { outputs: _, ...call } = body
      const subjects = covers?.subjects(call) ?? []
      const index = rules.findIndex(({ fits }) => fits !== undefined && subjects.every(fits))
      // Where none fits, the gateway denies the call and records it.
      const end = await tools[toolName(Math.max(0, index))]?.(call)
      if (end === undefined) throw new BosunError('TOOL_UNKNOWN', { at: 'command.run' })
      if (end.exitCode !== 0) throw failed(subjects.join(), end)
      return end
    },
  })
}

// Private

/** What is allowed word by word can be shown; what ends with a pattern is for others to fill in. */
function examplesOf(allow: readonly string[]) {
  return allow
    .filter((words) => !words.includes('*'))
    .map((words) => {
      const [name = '', ...args] = words.split(' ')
      return { name: words, body: { command: name, args } }
    })
}

/** Each rule is a tool of its own, since a worker names one specifier per tool. */
function toolName(index: number): string {
  return `run${index + 1}`
}

function failed(
  at: string,
  end: { exitCode: number | null; signal: string | null; stdout: string; stderr: string },
): BosunError {
  const said = (end.stderr.trim() === '' ? end.stdout : end.stderr).replaceAll(UNSHOWABLE, '').trim()
  const quoted = said.length > QUOTED_LENGTH_MAX ? `… ${said.slice(-QUOTED_LENGTH_MAX)}` : said
  return new BosunError('WORKER_THREW', {
    at,
    summary:
      end.signal === null ? `The command ended with exit code ${end.exitCode}.` : `The command ended by ${end.signal}.`,
    received: quoted === '' ? 'no output' : quoted,
    fix: 'Read what it wrote; correct the command, or what it works on.',
  })
}
