/** Where a command writes to. */
export interface Sink {
  readonly isTerminal: boolean
  readonly columns: number
  readonly rows: number
  /** Resolves when more may be written. */
  write(text: string): Promise<void> | void
}

/** A person at the keyboard, or the system: a service manager, a terminal that was closed. */
export type InterruptKind = 'interrupt' | 'terminate'

/** The world of a command: all that it may look at beside the engine. */
export interface Terminal {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: Sink
  readonly err: Sink
  /** Wall time in ms. */
  now(): number
  sleep(ms: number): Promise<void>
  /** Calls back with each Ctrl-C, and when the process is told to end. Returns what ends it. */
  onInterrupt(take: (kind: InterruptKind) => void): () => void
  /** Ends the process at once. */
  kill(code: number): void
}

/** Whether colours are wanted: NO_COLOR and dumb terminals say no, FORCE_COLOR says yes. */
export function wantsColour(sink: Sink, env: Terminal['env']): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true
  return sink.isTerminal && env['TERM'] !== 'dumb'
}

/** Whether a view may redraw itself. */
export function canRedraw(sink: Sink, env: Terminal['env']): boolean {
  return sink.isTerminal && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === ''
}
