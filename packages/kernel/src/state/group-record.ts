import { outerGroup, type Group, type Outcome } from '@bosun/core'

/** What the kernel knows of one group. Its counts include the groups inside of it. */
export class GroupRecord {
  readonly name: string
  readonly outer: GroupRecord | undefined
  /** Its limits and policy; undefined for one that nobody has opened, which has none. */
  spec: Group | undefined = undefined
  openedAt = 0
  /** Attempts that hold a lease now. */
  live = 0
  /** Whether any of its tasks was ever assigned. */
  hasBegun = false
  /** Tasks, each counted once however often it was tried again, and how those that have ended did. */
  total = 0
  readonly counts: Record<Outcome, number> = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0 }
  /** Set once its policy, or the manager by cancelling it, has ended it. */
  closed: { readonly waives: boolean } | undefined = undefined
  /** Indices of its own tasks, and the groups directly inside of it. */
  readonly members: number[] = []
  readonly inner: GroupRecord[] = []

  constructor(name: string, outer: GroupRecord | undefined) {
    this.name = name
    this.outer = outer
    outer?.inner.push(this)
  }

  get unresolved(): number {
    const { succeeded, failed, lost, cancelled, skipped } = this.counts
    return this.total - succeeded - failed - lost - cancelled - skipped
  }

  /** Whether one more attempt fits into it and into those around it. */
  get hasRoom(): boolean {
    const { spec, live, outer } = this
    if (spec?.slotsMax !== undefined && live >= spec.slotsMax) return false
    return outer === undefined || outer.hasRoom
  }

  /** The innermost group around a task that bounds attempts; tasks with the same one wait together. */
  get bounding(): GroupRecord | undefined {
    return this.spec?.slotsMax === undefined ? this.outer?.bounding : this
  }
}

/** The group of this name, made if nothing has told of it yet. */
export function groupOf(groups: Map<string, GroupRecord>, name: string): GroupRecord {
  const known = groups.get(name)
  if (known !== undefined) return known
  const outer = outerGroup(name)
  const group = new GroupRecord(name, outer === undefined ? undefined : groupOf(groups, outer))
  groups.set(name, group)
  return group
}

/** The innermost group of the run around a name: that of the name itself, if there is one. */
export function nearestGroup(
  groups: ReadonlyMap<string, GroupRecord>,
  name: string | undefined,
): GroupRecord | undefined {
  for (let each = name; each !== undefined; each = outerGroup(each)) {
    const group = groups.get(each)
    if (group !== undefined) return group
  }
  return undefined
}

/** A group and those around it, from the inside out. */
export function* around(group: GroupRecord | undefined): Generator<GroupRecord> {
  for (let each = group; each !== undefined; each = each.outer) yield each
}

/** Indices of all tasks in a group, in the order of the run. */
export function tasksWithin(group: GroupRecord): readonly number[] {
  const found: number[] = []
  const pending = [group]
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    for (const index of each.members) found.push(index)
    pending.push(...each.inner)
  }
  return found.sort((a, b) => a - b)
}
