import type { Command } from 'commander'
import { CHECK_EXIT, CHECK_EXIT_MEANINGS, EXIT, EXIT_MEANINGS } from './exit-codes.ts'

/** `docs/command-line.md`: the help of each command as it is printed, and what exit codes mean. */
export function commandPage(program: Command): string {
  const commands = program.commands.filter((command) => command.name() !== 'help')
  const groups = Map.groupBy(commands, (command) => command.helpGroup().replace(/:$/, ''))
  return `${[
    '# The command line',
    '<!-- Generated from apps/cli/src/commands; `vitest run -u` in apps/cli rewrites it. -->',
    'Each command says what it found on stdout and what it has to say beside it on stderr. With `--json`, ' +
      'stdout holds data and nothing else: one object per line where there may be many (`run`, `log`, `runs`), ' +
      'and an error is one line on stderr, `{"error":{"code","message","exit"}}`.',
    'On a terminal, `run` redraws a view of what is running, and `check` where it stands; elsewhere `run` prints a ' +
      'line per event. `NO_COLOR` ' +
      'takes the colours away, `FORCE_COLOR` puts them where there is no terminal, and with `CI` or `TERM=dumb` ' +
      'nothing is redrawn. The first Ctrl-C pauses a run when its running attempts have ended, the second cancels ' +
      'it, the third leaves at once; the journal stays whole. SIGTERM and SIGHUP pause it too, but what has not ended ' +
      'within a second is taken from its worker, and the process is gone within five. `BOSUN_DEBUG=1` adds a stack trace to an error.',
    ...exitCodes(),
    ...[...groups].flatMap(([group, members]) => [`## ${group}`, ...members.flatMap(section)]),
  ].join('\n\n')}\n`
}

// ---------------------------------------------------------------------------------------------

function exitCodes(): string[] {
  const lines = Object.entries(EXIT).map(([name, code]) => {
    const { run, others } = EXIT_MEANINGS[name as keyof typeof EXIT]
    return `- \`${code}\` ${run}.${others === '' ? '' : ` Other commands: ${others}.`}`
  })
  const ofCheck = Object.entries(CHECK_EXIT).map(
    ([name, code]) => `- \`${code}\` ${CHECK_EXIT_MEANINGS[name as keyof typeof CHECK_EXIT]}.`,
  )
  return [
    '## Exit codes',
    'What `run` and `resume` end with, and what other commands mean by it:',
    lines.join('\n'),
    'What `check` ends with:',
    ofCheck.join('\n'),
  ]
}

function section(command: Command): string[] {
  return [`### bosun ${command.name()}`, `\`\`\`text\n${printedHelp(command).trim()}\n\`\`\``]
}

/** With what is added to it, which `helpInformation` leaves out. */
function printedHelp(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => 100,
  })
  command.outputHelp()
  return text
}
