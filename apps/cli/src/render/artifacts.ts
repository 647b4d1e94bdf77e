import type { Fact } from '@bosun/core'

/** A file that a run put into its workspace, by its content. */
export interface Artifact {
  readonly path: string
  /** Of its content: `sha256-` and the digest in hexadecimal. */
  readonly hash: string
  readonly bytes: number
  /** Whose output it is. */
  readonly task: string
  readonly epoch: number
  readonly worker: string | undefined
  /** The fact since when it is there, and its time. */
  readonly fromSeq: number
  readonly fromAt: number
  /** The fact that put another content in its place, or removed it; absent: it has stayed. */
  readonly untilSeq?: number
}

/** Every content that a run published, from the fact that put it there to the one that ended it, in order. */
export function artifactsOf(facts: Iterable<Fact>): readonly Artifact[] {
  const artifacts: Artifact[] = []
  /** Where in the list that stands which is there now, by path. */
  const current = new Map<string, number>()
  const workers = new Map<string, string>()
  for (const fact of facts) {
    if (fact.type === 'task.assigned') workers.set(`${fact.task}@${fact.epoch}`, fact.worker)
    if (fact.type !== 'outputs.published') continue
    const { task, epoch, seq, at } = fact
    const worker = workers.get(`${task}@${epoch}`)
    for (const { path, hash, bytes, deleted } of fact.files) {
      const index = current.get(path)
      const before = index === undefined ? undefined : artifacts[index]
      if (index !== undefined && before !== undefined) artifacts[index] = { ...before, untilSeq: seq }
      if (deleted === true) current.delete(path)
      else current.set(path, artifacts.push({ path, hash, bytes, task, epoch, worker, fromSeq: seq, fromAt: at }) - 1)
    }
  }
  return artifacts
}
