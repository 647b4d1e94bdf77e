import type { ProbeAnswer, RunProbe } from './probe-sandbox.ts'

export const MISSING: ProbeAnswer = { status: null, error: 'ENOENT' }
export const WORKS: ProbeAnswer = { status: 0 }
const says = (errorOutput: string): ProbeAnswer => ({ status: 1, errorOutput })

/** A machine on which bubblewrap answers so, and prlimit is there or not. */
export const machine =
  (bubblewrap: ProbeAnswer, prlimit = WORKS): RunProbe =>
  (command) =>
    command === '/usr/bin/bwrap'
      ? bubblewrap
      : ['/usr/bin/prlimit', '/usr/bin/setpriv'].includes(command)
        ? prlimit
        : MISSING

/** The five states of H26: what bubblewrap answers, and what is said of it. */
export const MACHINES = [
  ['without bubblewrap', MISSING, 'bubblewrap missing', 'bubblewrap is not installed'],
  [
    'with user namespaces switched off',
    says('bwrap: No permissions to creating new namespace, likely because the kernel does not allow it'),
    'namespaces refused',
    'namespaces are refused here: bwrap: No permissions',
  ],
  [
    'with a bubblewrap that lacks a flag',
    says('bwrap: Unknown option --disable-userns\n'),
    'bubblewrap too old',
    '/usr/bin/bwrap is too old: bwrap: Unknown option --disable-userns',
  ],
  [
    'with a bubblewrap that cannot be executed',
    { status: null, error: 'EACCES' },
    'bubblewrap not executable',
    '/usr/bin/bwrap cannot be executed',
  ],
  ['with a bubblewrap that works', WORKS, undefined, ''],
] as const satisfies readonly (readonly [string, ProbeAnswer, string | undefined, string])[]
