import { spawn, type ChildProcess } from 'node:child_process'
import type { Duplex, Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { BosunError } from '@bosun/core'
import type { Redactor } from '../secrets/redactor.ts'
import { hostCommand } from './host-command.ts'
import { OutputTail } from './output-tail.ts'
import type { PluginLocation } from './plugin-location.ts'
import type { SandboxProbe } from './probe-sandbox.ts'

/** What one host may print to whoever watches. */
const OUTPUT_SHOWN_BYTES_MAX = 256 * 1024
/** After the exit, how long its pipes may stay open before what is in them is given up. */
const DRAIN_MS = 1_000

/** Takes what a host prints; raw, so a terminal that shows it has to strip control bytes. */
export type OnOutput = (host: string, stream: 'stdout' | 'stderr', text: string) => void

export interface HostProcessOptions {
  readonly id: string
  readonly plugin: PluginLocation
  readonly memoryMb: number
  /** What it is contained by. */
  readonly sandbox: SandboxProbe
  /** What the host prints, as it is, up to a bound. */
  readonly onOutput: OnOutput | undefined
  /** Takes secrets out of what it prints. */
  readonly redactor: Redactor | undefined
  /** It is gone, or never was there: how it ended, in words. */
  readonly onEnd: (how: string) => void
}

/**
 * The process of a host: started with nothing of this one's environment, in a group of its own, its output
 * drained and bounded.
 *
 * @throws HOST_START_FAILED when there is no process at all
 */
export class HostProcess {
  readonly pid: number
  /** The descriptor over which it and its owner talk. */
  readonly socket: Duplex
  readonly #options: HostProcessOptions
  readonly #errorOutput = new OutputTail()
  #shownBytes = 0

  constructor(options: HostProcessOptions) {
    this.#options = options
    const child = this.#spawn()
    if (child.pid === undefined) throw new BosunError('HOST_START_FAILED', { at: options.id })
    this.pid = child.pid
    this.socket = child.stdio[3] as unknown as Duplex
  }

  /** What it printed last to its error output. */
  get lastWords(): string {
    return this.#errorOutput.lastLines()
  }

  // Private

  #spawn(): ChildProcess {
    const { plugin, memoryMb, sandbox, id, onEnd } = this.#options
    try {
      const { command, args } = hostCommand(plugin, memoryMb, sandbox)
      const child = spawn(command, args, {
        cwd: '/',
        env: {},
        // A group of its own, so that it and whatever it started can be killed as one.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        windowsHide: true,
      })
      // Always drained, so that a worker never blocks on a full pipe; what is kept is bounded.
      this.#listen('stdout', child.stdout)
      this.#listen('stderr', child.stderr)
      child.once('error', (error) => onEnd(`it could not be started: ${error.message}`))
      child.once('exit', (code, signal) => {
        // The pipes end with the process, unless somebody else holds them open.
        const drain = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), DRAIN_MS)
        child.once('close', () => {
          clearTimeout(drain)
          onEnd(signal === null ? `exit code ${code}` : `signal ${signal}`)
        })
      })
      return child
    } catch (error) {
      throw BosunError.from(error, 'HOST_START_FAILED', { at: id })
    }
  }

  #listen(stream: 'stdout' | 'stderr', source: Readable | null): void {
    const take = (chunk: Buffer) => {
      if (stream === 'stderr') this.#errorOutput.push(chunk)
      this.#show(stream, chunk)
    }
    const redacted = this.#options.redactor?.stream()
    if (redacted === undefined) {
      source?.on('data', take)
      return
    }
    const decoder = new StringDecoder('utf8')
    source?.on('data', (chunk: Buffer) => take(Buffer.from(redacted.push(decoder.write(chunk)))))
    source?.on('end', () => take(Buffer.from(redacted.push(decoder.end()) + redacted.end())))
  }

  /** Hands on what is printed, up to a bound that no flood passes. */
  #show(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const { onOutput, id } = this.#options
    if (onOutput === undefined || this.#shownBytes > OUTPUT_SHOWN_BYTES_MAX) return
    this.#shownBytes += chunk.length
    onOutput(id, stream, chunk.subarray(0, OUTPUT_SHOWN_BYTES_MAX).toString('utf8'))
    if (this.#shownBytes > OUTPUT_SHOWN_BYTES_MAX)
      onOutput(id, stream, '\n[… the rest of the output of this host is not shown]\n')
  }
}
