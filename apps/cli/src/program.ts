import { Command } from 'commander'
import { adoptCommand } from './commands/adopt.ts'
import { approveCommand } from './commands/approve.ts'
import { auditCommand } from './commands/audit.ts'
import { cancelCommand } from './commands/cancel.ts'
import { checkCommand } from './commands/check.ts'
import { denyCommand } from './commands/deny.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { initCommand } from './commands/init.ts'
import { logCommand } from './commands/log.ts'
import { newCommand } from './commands/new.ts'
import { pauseCommand } from './commands/pause.ts'
import { planCommand } from './commands/plan.ts'
import { pruneCommand } from './commands/prune.ts'
import { raiseLimitCommand } from './commands/raise-limit.ts'
import { replayCommand } from './commands/replay.ts'
import { resultCommand } from './commands/result.ts'
import { resumeCommand } from './commands/resume.ts'
import { retryCommand } from './commands/retry.ts'
import { runCommand } from './commands/run.ts'
import { runsCommand } from './commands/runs.ts'
import { showCommand } from './commands/show.ts'
import { steerCommand } from './commands/steer.ts'
import { treeCommand } from './commands/tree.ts'
import { tryCommand } from './commands/try.ts'
import { waiveCommand } from './commands/waive.ts'
import { whyCommand } from './commands/why.ts'
import type { Cli } from './cli.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Engine } from './engine.ts'
import type { Terminal } from './terminal.ts'

const GROUPS: readonly (readonly [string, readonly ((cli: Cli) => Command)[]])[] = [
  ['Start:', [initCommand, newCommand, tryCommand, planCommand, runCommand]],
  ['Look:', [runsCommand, showCommand, treeCommand, logCommand, whyCommand, resultCommand, exportCommand]],
  [
    'Act:',
    [
      pauseCommand,
      resumeCommand,
      cancelCommand,
      steerCommand,
      approveCommand,
      denyCommand,
      raiseLimitCommand,
      retryCommand,
      adoptCommand,
      waiveCommand,
      pruneCommand,
      importCommand,
    ],
  ],
  ['Prove:', [checkCommand, auditCommand, replayCommand, doctorCommand]],
]

const EPILOGUE = `
A run ends with: 0 completed, 1 failed, 2 bad usage or config, 3 plan rejected,
4 a limit ended it, 5 paused and resumable, 130 cancelled. check has codes of its own.`

/**
 * Runs one command line and returns the exit code. Whatever goes wrong is one message on stderr, as
 * JSON when `--json` is among the arguments.
 */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal,
  engine: () => Promise<Engine>,
  version: string,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.completed
  const cli: Cli = {
    terminal,
    engine,
    exit(next) {
      code = next
    },
  }
  try {
    await buildProgram(cli, version).parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' })
    return code
  } catch (error) {
    if (isHelp(error)) return EXIT.completed
    if ((terminal.env['BOSUN_DEBUG'] ?? '') !== '' && error instanceof Error)
      await terminal.err.write(`${error.stack}\n`)
    const { failureLine, failureOf, failureOfCheck } = await import('./failure.ts')
    const failure = args[0] === 'check' ? failureOfCheck(error) : failureOf(error)
    await terminal.err.write(`${failureLine(failure, args.includes('--json'))}\n`)
    return failure.exit
  }
}

/** The command line as commander knows it. */
export function buildProgram(cli: Cli, version: string): Command {
  const { out } = cli.terminal
  const settle = (command: Command): Command =>
    command
      .exitOverride()
      .helpOption('-h, --help', 'show this help')
      .showSuggestionAfterError(true)
      .configureOutput({
        writeOut: (text) => void out.write(text),
        // Errors are thrown, and said once by the caller.
        writeErr: () => undefined,
        getOutHelpWidth: () => Math.min(100, out.columns),
      })
  const root = settle(new Command('bosun'))
    .description('Manager-worker systems that can show that they are right.')
    .version(version, '-V, --version', 'show the version')
    .usage('COMMAND')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', EPILOGUE)
  for (const [heading, commands] of GROUPS) {
    for (const make of commands) root.addCommand(settle(make(cli)).helpGroup(heading))
  }
  return root
}

// ---------------------------------------------------------------------------------------------

/** Help and version are thrown by commander as well. */
function isHelp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'commander.helpDisplayed' || code === 'commander.version' || code === 'commander.help'
}
