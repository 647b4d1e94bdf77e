/**
 * One program, from its start to the end of everything it has started.
 *
 * Theory of operation. The program leads a process group of its own. Its output is read until it ends, also
 * past the bytes that are kept: a program never blocks on a full pipe and is never killed for talking. It ends
 * by itself, or is stopped (its time is over, the call is aborted): politely first, then by force. However it
 * ends, the rest of its group is killed with it, and only then the call settles, with one reason: an exit
 * code, a signal, COMMAND_TIMED_OUT, the abort's own reason, or COMMAND_REFUSED where it never ran.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { BosunError, forgetGroup, signalGroup, watchGroup } from '@bosun/sdk'
import { BoundedOutput } from './bounded-output.ts'

/** Time between the polite end of a program and the forced one. */
const POLITE_MS = 1_000
/** How long a pipe may stay open after the program has gone: a process that left the group may hold it. */
const DRAIN_MS = 1_000

export interface ProgramCall {
  /** What the call is named in errors. */
  readonly at: string
  /** Absolute path of the program. */
  readonly file: string
  /** What the program is told to be called. */
  readonly argv0: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string | undefined
  readonly timeoutMs: number
  /** Bytes that are kept of each stream. */
  readonly outputBytesMax: number
  readonly signal: AbortSignal
}

export interface ProgramEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: BoundedOutput
  readonly stderr: BoundedOutput
}

/** @throws COMMAND_REFUSED, COMMAND_TIMED_OUT, TOOL_FAILED, and the reason of `signal` */
export async function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  call.signal.throwIfAborted()
  const child = start(call)
  const [stdout, stderr] = [new BoundedOutput(call.outputBytesMax), new BoundedOutput(call.outputBytesMax)]
  child.stdout?.on('data', (chunk: Buffer<ArrayBuffer>) => take(chunk, stdout))
  child.stderr?.on('data', (chunk: Buffer<ArrayBuffer>) => take(chunk, stderr))
  if (call.stdin !== undefined) {
    // A program may end without having read what it is given.
    child.stdin?.on('error', () => {})
    child.stdin?.end(call.stdin)
  }
  const { exitCode, signal, stopped } = await endOf(child, call)
  if (stopped !== undefined) throw stopped.reason
  return { exitCode, signal, stdout, stderr }
}

// Private

function take(chunk: Buffer<ArrayBuffer>, output: BoundedOutput): void {
  output.push(chunk)
  // Copied, so its memory is given back at once: a flood brings more than the collector is told to expect.
  if (chunk.byteLength === chunk.buffer.byteLength) chunk.buffer.transfer(0)
}

interface ChildEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Set when it was stopped, whatever it made of that. */
  readonly stopped: { readonly reason: unknown } | undefined
}

function start({ at, file, argv0, args, cwd, env, stdin }: ProgramCall): ChildProcess {
  try {
    return spawn(file, args, {
      argv0,
      cwd,
      env,
      // A group of its own, so that it and whatever it started can be stopped as one.
      detached: true,
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    throw notStarted(at, error)
  }
}

function endOf(child: ChildProcess, { at, timeoutMs, signal: abort }: ProgramCall): Promise<ChildEnd> {
  const group = child.pid
  const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>()
  child.once('error', (error) => reject(notStarted(at, error)))
  if (group === undefined) return promise
  watchGroup(group)
  let stopped: ChildEnd['stopped']
  let force: NodeJS.Timeout | undefined
  const stop = (reason: unknown): void => {
    if (stopped !== undefined) return
    stopped = { reason }
    signalGroup(group, 'SIGTERM')
    force = setTimeout(() => signalGroup(group, 'SIGKILL'), POLITE_MS)
  }
  const onAbort = (): void => stop(abort.reason)
  const timeout = setTimeout(() => stop(new BosunError('COMMAND_TIMED_OUT', timedOut(at, timeoutMs))), timeoutMs)
  abort.addEventListener('abort', onAbort, { once: true })
  child.once('exit', (exitCode, signal) => {
    clearTimeout(timeout)
    clearTimeout(force)
    abort.removeEventListener('abort', onAbort)
    // What it has left behind would go on without anybody who waits for it.
    signalGroup(group, 'SIGKILL')
    forgetGroup(group)
    const drain = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), DRAIN_MS)
    child.once('close', () => {
      clearTimeout(drain)
      resolve({ exitCode, signal, stopped })
    })
  })
  return promise
}

function timedOut(at: string, timeoutMs: number) {
  return { at, expected: `an end within ${timeoutMs} ms` }
}

/** What the system says when it is short of something, which another time it may have. */
const SHORTAGES = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'])

function notStarted(at: string, error: unknown): BosunError {
  const { code = '', message } = error as NodeJS.ErrnoException
  return new BosunError(SHORTAGES.has(code) ? 'TOOL_FAILED' : 'COMMAND_REFUSED', {
    at,
    received: message,
    cause: error,
  })
}
