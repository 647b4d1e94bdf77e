import { Command } from 'commander'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { say, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { pathText } from '../path-flag.ts'

interface ExportOptions extends StateOptions {
  readonly out?: string
}

/** `bosun export RUN`: the facts of a run as a file that other commands, and other machines, read. */
export function exportCommand(cli: Cli): Command {
  const command = new Command('export')
    .summary('write the facts of a run as a file')
    .description(
      'Writes a run as NDJSON, one fact a line, each with its hash in the chain. `bosun audit` and\n`bosun replay` read such files. An existing file is not overwritten.',
    )
    .argument('[run]', 'id of the run, the beginning of it, or "last"', 'last')
    .option('--out <file>', 'where to (default: standard output)', pathText)
  withExample(withStateOptions(command), 'bosun export last --out run.ndjson')
  return command.action(async (named: string, options: ExportOptions) => {
    const { withRun } = await import('../with-state.ts')
    await withRun(cli, options, named, async (state, run) => {
      if (options.out === undefined) {
        for await (const line of state.exportRun(run)) await cli.terminal.out.write(line)
        return
      }
      await writeFile(resolve(cli.terminal.cwd, options.out), options.out, state.exportRun(run))
      await say(cli, `${run} is in ${options.out}`)
    })
  })
}

// ---------------------------------------------------------------------------------------------

async function writeFile(path: string, named: string, lines: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(lines), createWriteStream(path, { flags: 'wx' }))
  } catch (error) {
    const { BosunError } = await import('@bosun/core')
    if (BosunError.is(error)) throw error
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new BosunError('FILE_UNREADABLE', {
      at: named,
      summary: 'The file cannot be written.',
      received: isThere ? 'a file that is there already' : String((error as Error).message),
      fix: 'Name a file that does not exist yet, in a folder that does.',
      cause: error,
    })
  }
}
