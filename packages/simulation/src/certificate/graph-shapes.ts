import { seededRandom } from '@bosun/kernel'
import type { TimedTask } from './timed-task.ts'

/** The kinds of graph that a strategy is measured on. */
export const GRAPH_SHAPES = ['chains', 'fan', 'layered', 'diamonds', 'workflow'] as const
export type GraphShape = (typeof GRAPH_SHAPES)[number]

/** What each shape looks like, for reports. */
export const SHAPE_SENTENCES: Readonly<Record<GraphShape, string>> = {
  chains: 'independent chains of unequal length',
  fan: 'one task, then many, then one',
  layered: 'layers whose tasks need some of the layer before',
  diamonds: 'forks and joins, one after the other',
  workflow: 'a tree of findings with a few long tasks, joined at the end',
}

/** A graph of 10 to 60 tasks of a shape, the same for the same seed. */
export function drawGraph(shape: GraphShape, seed: number): readonly TimedTask[] {
  const drawing = new Drawing(seededRandom(seed, GRAPH_SHAPES.indexOf(shape)))
  DRAW[shape](drawing)
  return drawing.tasks
}

/** A graph of up to `tasksMax` tasks with any dependencies. */
export function drawSmallGraph(tasksMax: number, seed: number): readonly TimedTask[] {
  const drawing = new Drawing(seededRandom(seed, GRAPH_SHAPES.length))
  const size = drawing.whole(2, tasksMax)
  for (let index = 0; index < size; index += 1) {
    const earlier = drawing.tasks.map(({ id }) => id)
    drawing.add(earlier.filter(() => drawing.random() < 0.3))
  }
  return drawing.tasks
}

/** Independent tasks of three keys, key after key. */
export function drawQueues(seed: number): readonly TimedTask[] {
  const drawing = new Drawing(seededRandom(seed, GRAPH_SHAPES.length + 1))
  for (const key of ['k1', 'k2', 'k3']) {
    for (let size = drawing.whole(6, 14); size > 0; size -= 1) drawing.add([], { key })
  }
  return drawing.tasks
}

// ---------------------------------------------------------------------------------------------

class Drawing {
  readonly tasks: TimedTask[] = []
  readonly random: () => number

  constructor(random: () => number) {
    this.random = random
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1))
  }

  /** Adds a task, of 10 to 100 ms unless said otherwise, and returns its id. */
  add(dependsOn: readonly string[], stated: Partial<TimedTask> = {}): string {
    const id = `t${this.tasks.length + 1}`
    const [durationMs, key, priority] = [this.whole(10, 100), `k${this.whole(1, 3)}`, this.whole(0, 2)]
    this.tasks.push({ id, durationMs, dependsOn, key, priority, ...stated })
    return id
  }

  /** Some of a list: at least one. */
  some(ids: readonly string[]): readonly string[] {
    const chosen = ids.filter(() => this.random() < 2 / ids.length)
    return chosen.length > 0 ? chosen : [ids[this.whole(0, ids.length - 1)] as string]
  }
}

const DRAW: Readonly<Record<GraphShape, (drawing: Drawing) => void>> = {
  chains: (drawing) => {
    for (let chains = drawing.whole(3, 8); chains > 0; chains -= 1) {
      let last = drawing.add([])
      for (let length = drawing.whole(1, 7); length > 0; length -= 1) last = drawing.add([last])
    }
  },
  fan: (drawing) => {
    const first = drawing.add([])
    const middle = Array.from({ length: drawing.whole(8, 40) }, () => drawing.add([first]))
    drawing.add(middle)
  },
  layered: (drawing) => {
    let above: readonly string[] = []
    for (let layers = drawing.whole(3, 6); layers > 0; layers -= 1) {
      const needed = above
      above = Array.from({ length: drawing.whole(3, 9) }, () =>
        drawing.add(needed.length === 0 ? [] : drawing.some(needed)),
      )
    }
  },
  diamonds: (drawing) => {
    let tip = drawing.add([])
    for (let diamonds = drawing.whole(3, 6); diamonds > 0; diamonds -= 1) {
      const fork = tip
      tip = drawing.add(Array.from({ length: drawing.whole(2, 8) }, () => drawing.add([fork])))
    }
  },
  workflow: (drawing) => {
    const found = [drawing.add([], { durationMs: 20 })]
    for (let size = drawing.whole(15, 45); size > 0; size -= 1) {
      // Few are long: the tail of model calls and of large files.
      const durationMs = Math.min(2_000, Math.round(20 * (1 - drawing.random()) ** (-1 / 1.3)))
      found.push(drawing.add([found[drawing.whole(0, found.length - 1)] as string], { durationMs }))
    }
    const needed = new Set(drawing.tasks.flatMap(({ dependsOn }) => dependsOn))
    drawing.add(found.filter((id) => !needed.has(id)))
  },
}
