import type { Beat, HeartbeatMonitor } from '@bosun/core'

/** Beats of one process, handed on at once; a beat of a run that nobody watches is gone, as beats may be. */
export class InProcessHeartbeatMonitor implements HeartbeatMonitor {
  readonly #watchers = new Map<string, Set<(beat: Beat) => void>>()

  beat(beat: Beat): void {
    const watchers = this.#watchers.get(beat.run)
    if (watchers !== undefined) for (const take of watchers) take(beat)
  }

  watch(run: string, take: (beat: Beat) => void): () => void {
    const watchers = this.#watchers.get(run) ?? new Set()
    this.#watchers.set(run, watchers)
    watchers.add(take)
    return () => {
      watchers.delete(take)
      if (watchers.size === 0 && this.#watchers.get(run) === watchers) this.#watchers.delete(run)
    }
  }
}
