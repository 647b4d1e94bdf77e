import { BosunError, errorRecord, type Json } from '@bosun/core'
import type { ToolOutcome } from '../lanes/lane.ts'

/** What a tool answers in a simulated world. `random` is from 0 up to 1, drawn from the choices. */
export type ToolBehaviour = (input: Json, random: () => number) => Json

/** The workspace of one schedule: files by path. Attempts see their own writes over it, as staging has it. */
export class SimulatedFiles {
  readonly #published: Map<string, string>
  readonly #staged = new Map<string, Map<string, string>>()

  /** @param files what is there from the start, text by path */
  constructor(files: Iterable<readonly [path: string, text: string]> = []) {
    this.#published = new Map(files)
  }

  /** Answers a file tool for an attempt; `undefined` for a tool that it does not know. */
  call(attempt: string, name: string, input: Json): ToolOutcome | undefined {
    const { path = '', text = '' } = input as { readonly path?: string; readonly text?: string }
    switch (name) {
      case 'files.read':
        return this.#read(attempt, path)
      case 'files.write':
        this.#stagingOf(attempt).set(path, text)
        return { value: { bytes: Buffer.byteLength(text) } }
      case 'files.list':
        return { value: { entries: this.#list(attempt, path) } }
      default:
        return undefined
    }
  }

  /** The result of the attempt was accepted. */
  publish(attempt: string): void {
    for (const [path, text] of this.#stagingOf(attempt)) this.#published.set(path, text)
    this.#staged.delete(attempt)
  }

  #read(attempt: string, path: string): ToolOutcome {
    const text = this.#stagingOf(attempt).get(path) ?? this.#published.get(path)
    if (text === undefined) return { error: errorRecord(new BosunError('FILE_NOT_FOUND', { at: path })) }
    return { value: { text, bytes: Buffer.byteLength(text), truncated: false } }
  }

  #list(attempt: string, folder: string): Json {
    const prefix = folder === '.' ? '' : `${folder}/`
    const found = new Map<string, { name: string; kind: 'file' | 'folder'; bytes: number }>()
    for (const [path, text] of [...this.#published, ...this.#stagingOf(attempt)]) {
      if (!path.startsWith(prefix)) continue
      const [name = '', ...rest] = path.slice(prefix.length).split('/')
      found.set(name, {
        name,
        kind: rest.length > 0 ? 'folder' : 'file',
        bytes: rest.length > 0 ? 0 : Buffer.byteLength(text),
      })
    }
    return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  #stagingOf(attempt: string): Map<string, string> {
    let staged = this.#staged.get(attempt)
    if (staged === undefined) this.#staged.set(attempt, (staged = new Map()))
    return staged
  }
}
