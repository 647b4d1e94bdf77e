import { BosunError } from '@bosun/core'
import { CommanderError } from 'commander'
import { CHECK_EXIT, EXIT, isPlanError, type ExitCode } from './exit-codes.ts'
import { printableJson, quoted } from './render/printable.ts'

/** Longest message that is shown; what is longer names its length. */
const MESSAGE_MAX = 2000

/** What ended a command, ready to be said. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly exit: ExitCode
}

/**
 * Any thrown value as one message: what, where and the fix, without a stack trace.
 *
 * @param locate the place in the plan file of what an error of the plan names
 */
export function failureOf(thrown: unknown, locate: (at: string) => string | undefined = () => undefined): Failure {
  if (thrown instanceof CommanderError) {
    return { code: 'USAGE', message: usageMessage(thrown), exit: EXIT.usage }
  }
  if (BosunError.is(thrown)) {
    const place = thrown.at !== undefined && isPlanError(thrown.code) ? locate(thrown.at) : undefined
    const message = place === undefined ? thrown.message : `${place}: ${thrown.message}`
    return { code: thrown.code, message, exit: exitCodeOfError(thrown) }
  }
  const what = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    code: 'INTERNAL',
    message: `${what}. Report it; BOSUN_DEBUG=1 shows where it came from.`,
    exit: EXIT.failed,
  }
}

/** The same failure as it ends `bosun check`, whose lower codes are verdicts. */
export function failureOfCheck(thrown: unknown): Failure {
  return { ...failureOf(thrown), exit: CHECK_EXIT.misuse }
}

/** The exit code of an error that ended a command. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (!BosunError.is(error)) return EXIT.failed
  if (isPlanError(error.code)) return EXIT.planRejected
  // What was to be read cannot be: told apart from a run that failed and from an audit that found something.
  if (error.code === 'JOURNAL_DAMAGED') return EXIT.usage
  return error.fault === 'caller' ? EXIT.usage : EXIT.failed
}

/** The line on stderr: for people, or with `--json` for programs. */
export function failureLine(failure: Failure, json: boolean): string {
  if (json) return printableJson({ error: failure })
  return `bosun: ${quoted(failure.message, MESSAGE_MAX)}`
}

// ---------------------------------------------------------------------------------------------

/** Commander says it in lines of its own; here it is one, with the advice at its end. */
function usageMessage({ message }: CommanderError): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/^command-argument value ('.*') is invalid for argument ('\w+')/s, 'argument $2 cannot be $1')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
  return /[.?)]$/.test(text) ? text : `${text}. Ask bosun --help.`
}
