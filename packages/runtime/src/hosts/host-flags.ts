/** Whether we run from sources, which Node strips of types as it loads them. */
export const RUNS_FROM_SOURCES = import.meta.url.endsWith('.ts')

const knows = (flag: string): boolean => process.allowedNodeEnvironmentFlags.has(flag)

/** Whether Node itself keeps a host from the network; it does so from Node 25 on. */
export const NODE_REFUSES_NETWORK = knows('--allow-net')

/**
 * The flags a host is started with. Nothing is allowed but to read code: no write, process, thread,
 * network, inspector, and addons only where they are asked for.
 */
export function hostFlags(options: {
  readonly readable: readonly string[]
  readonly memoryMb: number
  readonly addons: boolean
}): string[] {
  const flags = [
    '--permission',
    ...options.readable.map((path) => `--allow-fs-read=${path}`),
    // An own __proto__ in data must not become a prototype anywhere.
    '--disable-proto=delete',
    // No inspector on a signal that any process of the user may send.
    '--disable-sigusr1',
    `--max-old-space-size=${options.memoryMb}`,
    '--disable-warning=ExperimentalWarning',
  ]
  // node:sqlite opens files past the permission model, so it must not be there at all; the others are
  // refused by it today and are of no use to a worker.
  for (const feature of ['sqlite', 'ffi', 'webstorage']) {
    if (knows(`--experimental-${feature}`)) flags.push(`--no-experimental-${feature}`)
  }
  // Node warns of the first flag at each start; that the config trusts the plugin is the answer.
  if (options.addons) flags.push('--allow-addons', '--disable-warning=PERM0001')
  if (RUNS_FROM_SOURCES) flags.push('--conditions=@bosun/source')
  return flags
}
