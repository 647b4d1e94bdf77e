import { z } from 'zod'

/** Longest name of a group; it may name the tasks of a nested manager, so it is as long as an id may be. */
const NAME_LENGTH_MAX = 200

/** The name of a group: `pages`, or `site/pages` for one inside of the group `site`. */
export const GroupNameSchema = z.string().min(1).max(NAME_LENGTH_MAX)

/**
 * A named part of a graph with limits and a failure policy of its own, which hold for its tasks and for
 * those of the groups inside of it. It is opened before its first task.
 *
 * Groups are the levels of a plan as well: `checkout` may be a requirement, `checkout/cart` a block of it.
 */
export const GroupSchema = z.strictObject({
  name: GroupNameSchema,
  /** What it is for, in a sentence. */
  title: z.string().min(1).max(2000).optional(),
  /** Which level of a plan it is, in the words of whoever plans: `requirement`, `roadmap`, `action plan`, `block`. */
  kind: z.string().min(1).max(100).optional(),
  /** Attempts of its tasks that run at the same time. What one of its groups leaves free, the others may use. */
  slotsMax: z.int().min(1).optional(),
  /** Tasks in it, refused beyond. */
  tasksMax: z.int().min(0).optional(),
  /** `fail-fast`: the first final failure cancels the rest of the group. Default `best-effort`. */
  failure: z.enum(['best-effort', 'fail-fast']).optional(),
  /**
   * How many of its tasks have to succeed. As soon as they have, the rest is cancelled, and what did not
   * succeed is waived.
   */
  quorum: z.int().min(1).optional(),
  /**
   * Time after which what has not ended is cancelled, in ms from the opening. Without a quorum, what did not
   * succeed is waived then.
   */
  deadlineMs: z.int().min(1).optional(),
})

export type Group = z.infer<typeof GroupSchema>

/** The group that another one lies in; undefined for one that lies in the run. */
export function outerGroup(name: string): string | undefined {
  const slash = name.lastIndexOf('/')
  return slash <= 0 ? undefined : name.slice(0, slash)
}
