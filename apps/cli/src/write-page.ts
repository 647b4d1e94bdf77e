import { BosunError } from '@bosun/core'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { say, type Cli } from './cli.ts'
import { printable } from './render/printable.ts'

/** Writes a page to where a person wants it, and says so beside the output.. */
export async function writePage(cli: Cli, named: string, page: string): Promise<void> {
  const path = resolve(cli.terminal.cwd, named)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, page)
  } catch (cause) {
    const received = cause instanceof Error ? cause.message : String(cause)
    throw new BosunError('USAGE', {
      at: named,
      summary: 'The page cannot be written.',
      received,
      fix: 'Correct the path.',
      cause,
    })
  }
  await say(cli, `bosun: ${printable(named)} is written`)
}
