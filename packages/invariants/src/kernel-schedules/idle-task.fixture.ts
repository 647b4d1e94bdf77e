import type { KernelState } from '@bosun/kernel'

type TaskRecord = KernelState['tasks'][number]

/**
 * A task that nothing keeps from running, though it does not run: found by looking at every task and
 * slot, with nothing of the kernel's index. Undefined when every slot that could work does.
 */
export function idleTask(state: KernelState, now: number): string | undefined {
  const { limits } = state.config
  if (state.paused || state.ended !== undefined || state.live >= limits.slotsMax) return undefined
  const recent = state.starts.slice(state.startsHead).filter(({ at }) => at > now - 1_000)
  if (recent.reduce((sum, { count }) => sum + count, 0) >= limits.startsPerSecondMax) return undefined
  return state.tasks.find((task) => couldRun(state, task, now))?.spec.id
}

function couldRun(state: KernelState, task: TaskRecord, now: number): boolean {
  const { status, spec } = task
  const waits = status === 'ready' || (status === 'retrying' && task.live === undefined && task.notBefore <= now)
  if (!waits || !hasSlot(state, task)) return false
  const uses = [
    ...(spec.uses ?? []).map(({ resource, mode }) => ({ name: `use:${resource}`, mode })),
    ...(spec.excludes ?? []).map((label) => ({ name: `exclude:${label}`, mode: 'write' })),
  ]
  const isHeld = uses.some(({ name, mode }) => {
    const hold = state.resources.get(name)
    return hold !== undefined && (mode === 'write' || hold.writers > 0)
  })
  const tokens = spec.limits?.tokensMax ?? 0
  const left = state.config.limits.tokensMax - state.spentTokens - state.reservedTokens
  return !isHeld && (tokens === 0 || tokens <= left)
}

function hasSlot(state: KernelState, { spec }: TaskRecord): boolean {
  return Array.from(state.workers.values()).some(
    ({ entry, live, slots }) =>
      entry.handles === spec.type &&
      (spec.skills ?? []).every((skill) => entry.skills.includes(skill)) &&
      live < (entry.slotsMax ?? Infinity) &&
      slots.some((slot) => !slot.left && slot.task === -1),
  )
}
