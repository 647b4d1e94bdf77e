/** The shape of a task graph: for each task those before it that it depends on, by index. */
export interface GraphShape {
  readonly name: string
  readonly dependsOn: readonly (readonly number[])[]
}

/** Graphs that are easy to get wrong: one that joins, one that is wide, one that is deep. */
export const HAND_MADE: readonly GraphShape[] = [
  { name: 'diamond', dependsOn: [[], [0], [0], [1, 2]] },
  { name: 'fan-in of 2,000', dependsOn: [...Array.from({ length: 2_000 }, () => []), range(2_000)] },
  { name: 'chain of 5,000', dependsOn: range(5_000).map((n) => (n === 0 ? [] : [n - 1])) },
]

// ---------------------------------------------------------------------------------------------

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
