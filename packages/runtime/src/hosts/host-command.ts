import { fileURLToPath } from 'node:url'
import { bubblewrapArguments } from './bubblewrap.ts'
import { hostFlags } from './host-flags.ts'
import type { PluginLocation } from './plugin-location.ts'
import type { SandboxProbe } from './probe-sandbox.ts'
import { readablePaths } from './readable-paths.ts'

const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './host-main.ts' : './host-main.js', import.meta.url),
)
/** What a host may hold besides its heap: buffers, WebAssembly, its threads' stacks, its code. */
const BESIDES_HEAP_MB = 1024

/**
 * The command that starts a host: Node under its permission model, inside bubblewrap where it works,
 * and with limits that the kernel keeps where they can be set. Each of them becomes the next by `exec`,
 * so the process that is started is the one to watch and to kill.
 *
 * @throws PLUGIN_INVALID for a path that the permission flags could misread
 */
export function hostCommand(
  plugin: PluginLocation,
  memoryMb: number,
  { bubblewrap, prlimit, setpriv }: Pick<SandboxProbe, 'bubblewrap' | 'prlimit' | 'setpriv'>,
): { readonly command: string; readonly args: readonly string[] } {
  const readable = readablePaths(plugin)
  const flags = hostFlags({ readable, memoryMb, addons: plugin.addons === true })
  const words = [process.execPath, ...flags, PROGRAM]
  if (bubblewrap !== undefined) words.unshift(bubblewrap, ...bubblewrapArguments(readable))
  // Bubblewrap does both itself.
  else if (setpriv !== undefined) words.unshift(setpriv, '--pdeathsig=KILL', '--no-new-privs', '--')
  if (prlimit !== undefined) words.unshift(prlimit, ...limits(memoryMb), '--')
  const [command = process.execPath, ...args] = words
  return { command, args }
}

/** Private memory is bounded, no core is dumped (it would hold what the host has seen), no file is written. */
function limits(memoryMb: number): string[] {
  return [`--data=${(memoryMb + BESIDES_HEAP_MB) * 1024 * 1024}`, '--core=0', '--fsize=0']
}
