import { cpus, totalmem } from 'node:os'
import { probeSandbox } from '../hosts/probe-sandbox.ts'
import { sqliteVersion, whyUnsafeSqlite } from '../journal/safe-sqlite.ts'

/** One line of what a machine has or lacks. */
export interface MachineCheck {
  readonly name: string
  readonly state: 'ok' | 'missing' | 'broken'
  readonly detail: string
  readonly fix?: string
}

/** What of this machine matters to Bosun: its Node, its SQLite, what isolates workers, its size. */
export function checkMachine(): readonly MachineCheck[] {
  const unsafe = whyUnsafeSqlite(sqliteVersion())
  const sqlite: MachineCheck =
    unsafe === undefined
      ? { name: 'SQLite', state: 'ok', detail: sqliteVersion() }
      : {
          name: 'SQLite',
          state: 'broken',
          detail: `${sqliteVersion()}: ${unsafe}`,
          fix: 'Use a Node release with a safe SQLite.',
        }
  return [
    { name: 'Node', state: 'ok', detail: process.version },
    sqlite,
    ...sandboxChecks(),
    { name: 'Machine', state: 'ok', detail: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB` },
  ]
}

function sandboxChecks(): readonly MachineCheck[] {
  return Object.entries(probeSandbox()).map(([name, value]) => ({
    name: `Sandbox: ${name}`,
    state: value === false ? ('missing' as const) : ('ok' as const),
    detail: Array.isArray(value) ? value.join('; ') || 'nothing' : String(value),
  }))
}
