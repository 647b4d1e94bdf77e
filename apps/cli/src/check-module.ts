import type { LaneName } from '@bosun/simulation'
import { BosunError } from '@bosun/core'
import { fileURLToPath } from 'node:url'
import type { Cli } from './cli.ts'
import type { CheckExitCode } from './exit-codes.ts'
import { moduleUrl } from './module-url.ts'

/** What `bosun check` is told beside the module. */
export interface CheckFlags {
  readonly seconds?: number
  readonly schedules?: number
  readonly seed?: number
  readonly lane?: LaneName
  readonly threads?: number
  readonly replay?: string
  readonly corpus?: string
  readonly html?: string
  readonly certificate?: boolean
  readonly json?: boolean
}

/** The module under check: as a person named it, and as something to import. */
export interface CheckedModule {
  readonly named: string
  readonly url: string
}

/** Checks a module, shows one of its schedules again, or measures it, as the flags say. */
export async function checkModule(cli: Cli, named: string, flags: CheckFlags): Promise<CheckExitCode> {
  const module = { named, url: moduleUrl(named, cli.terminal.cwd) }
  try {
    return await checked(cli, module, flags)
  } catch (error) {
    throw asNamed(error, module)
  }
}

// ---------------------------------------------------------------------------------------------

async function checked(cli: Cli, module: CheckedModule, flags: CheckFlags): Promise<CheckExitCode> {
  if (flags.certificate === true) return (await import('./check-certificate.ts')).printCertificate(cli, module, flags)
  if (flags.replay !== undefined) {
    return (await import('./check-replay.ts')).showReplay(cli, module, { ...flags, replay: flags.replay })
  }
  return (await import('./check-campaign.ts')).runCheck(cli, module, flags)
}

/** An error about the module, with its path as it was typed. */
function asNamed(error: unknown, { named, url }: CheckedModule): unknown {
  if (!BosunError.is(error)) return error
  const message = error.message.replace(url, named).replace(fileURLToPath(url), named)
  return Object.assign(error, { message })
}
