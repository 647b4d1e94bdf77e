import type { Group } from '@bosun/core'
import { counted } from './duration.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, quoted } from './printable.ts'

/** Levels that are listed; the rest is counted. */
const LEVELS_MAX = 100

/** A group of a plan or of a run, and what there is to say of it. */
export interface Level {
  readonly name: string
  readonly spec: Group | undefined
  readonly text: string
}

/** The groups of a plan or of a run, one in each line, indented below the one that it lies in. */
export function renderLevels(levels: readonly Level[], paint: Paint = plainPaint): string[] {
  const hidden = levels.length - LEVELS_MAX
  // Segment by segment, so that whatever lies in a group follows it.
  const ordered = levels.toSorted((a, b) => (inOrder(a) < inOrder(b) ? -1 : 1))
  return [
    ...ordered.slice(0, LEVELS_MAX).map(({ name, spec, text }) => {
      const depth = name.split('/').length - 1
      return `${'  '.repeat(depth + 1)}${levelName(name, spec, paint)}  ${text}`
    }),
    ...(hidden > 0 ? [`  … and ${hidden} more; --json lists all`] : []),
  ]
}

/** `cart (block) The cart of the shop`: its own name, which begins after that of the group around it. */
export function levelName(name: string, spec: Group | undefined, paint: Paint = plainPaint): string {
  const { kind, title } = spec ?? {}
  const own = name.slice(name.lastIndexOf('/') + 1)
  const parts = [
    printable(own === '' ? name : own),
    ...(kind === undefined ? [] : [paint.dim(`(${printable(kind)})`)]),
    ...(title === undefined ? [] : [quoted(title, 80)]),
  ]
  return parts.join(' ')
}

/** `3 of 5 tasks succeeded, 1 without success` */
export function levelProgress({ total, succeeded, ended }: LevelCount): string {
  const without = ended - succeeded
  return `${succeeded} of ${counted(total, 'task')} succeeded${without === 0 ? '' : `, ${without} without success`}`
}

export interface LevelCount {
  readonly total: number
  readonly succeeded: number
  /** Those that have an outcome. */
  readonly ended: number
}

function inOrder({ name }: Level): string {
  return name.replaceAll('/', '\0')
}

/** The groups around a task or a group, the innermost first: `a/b`, then `a`. */
export function* levelsAround(group: string | undefined): Generator<string> {
  for (let name = group ?? ''; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('/')))) yield name
}
