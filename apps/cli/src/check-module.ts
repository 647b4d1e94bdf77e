import { BosunError } from '@bosun/core'
import { fileURLToPath } from 'node:url'
import type { CheckedModule, CheckFlags } from './check-flags.ts'
import type { Cli } from './cli.ts'
import type { CheckExitCode } from './exit-codes.ts'
import { moduleUrl } from './module-url.ts'

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
