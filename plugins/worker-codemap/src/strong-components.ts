/**
 * Finds the strongly connected components of a directed graph: the largest sets of nodes that all
 * reach each other. A component of two or more nodes is a cycle.
 *
 * The algorithm is Robert Tarjan's, "Depth-First Search and Linear Graph Algorithms", SIAM Journal
 * on Computing 1(2), 1972; here with a stack of its own in place of recursion, since a chain of
 * imports may be longer than the call stack. Linear in nodes and edges.
 *
 * @param successors for each node, the nodes its edges lead to
 * @returns every node in exactly one component, callees before callers
 * @example strongComponents([[1], [0], [0]]) // [[1, 0], [2]]
 */
export function strongComponents(successors: readonly (readonly number[])[]): number[][] {
  const search: Search = {
    order: successors.map(() => 0),
    low: successors.map(() => 0),
    waiting: [],
    isWaiting: successors.map(() => false),
    seen: 0,
    components: [],
  }
  for (const node of successors.keys()) {
    if (search.order[node] === 0) explore(search, successors, node)
  }
  return search.components
}

// ---------------------------------------------------------------------------------------------

interface Search {
  /** The position of a node in the order of discovery, from 1; 0 means not seen. */
  readonly order: number[]
  /** The least order among the waiting nodes that a node is known to reach. */
  readonly low: number[]
  /** Seen and in no component yet, in order of discovery. */
  readonly waiting: number[]
  readonly isWaiting: boolean[]
  readonly components: number[][]
  seen: number
}

/** A visit under way; `edges` continues where it was left. */
interface Visit {
  readonly node: number
  readonly edges: IterableIterator<number>
}

function explore(search: Search, successors: readonly (readonly number[])[], start: number): void {
  const enter = (node: number): Visit => {
    discover(search, node)
    return { node, edges: (successors[node] ?? []).values() }
  }
  const open = [enter(start)]
  for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
    const { node } = visit
    const edge = visit.edges.next()
    if (edge.done) {
      open.pop()
      close(search, node)
      const parent = open.at(-1)
      if (parent) reach(search, parent.node, search.low[node])
    } else if (search.order[edge.value] === 0) {
      open.push(enter(edge.value))
    } else if (search.isWaiting[edge.value]) {
      reach(search, node, search.order[edge.value])
    }
  }
}

function discover(search: Search, node: number): void {
  search.seen += 1
  search.order[node] = search.seen
  search.low[node] = search.seen
  search.waiting.push(node)
  search.isWaiting[node] = true
}

function reach(search: Search, node: number, order: number | undefined): void {
  search.low[node] = Math.min(search.low[node] ?? Infinity, order ?? Infinity)
}

/** A node that reaches nothing earlier than itself is the first of its component. */
function close(search: Search, node: number): void {
  if (search.low[node] !== search.order[node]) return
  const component = search.waiting.splice(search.waiting.lastIndexOf(node))
  for (const member of component) search.isWaiting[member] = false
  search.components.push(component.toReversed())
}
