import type { Cli, StateOptions } from './cli.ts'
import { paintOf } from './cli.ts'
import type { State } from './engine.ts'
import { followFacts } from './follow-facts.ts'
import { fitPainted } from './render/fit.ts'
import { renderTree, RunTree } from './render/run-tree.ts'
import { Screen } from './render/screen.ts'
import { canRedraw } from './terminal.ts'

/** Follows the run; on a terminal the tree is redrawn meanwhile, as far as it fits. */
export async function watchTree(cli: Cli, state: State, run: string, options: StateOptions): Promise<RunTree> {
  const { terminal } = cli
  const tree = new RunTree()
  const redraws = canRedraw(terminal.out, terminal.env) && options.json !== true
  const screen = redraws ? new Screen(terminal.out) : undefined
  try {
    for await (const facts of followFacts(state, run, terminal, () => tree.isOver)) {
      for (const fact of facts) tree.take(fact)
      const lines = renderTree(tree, nowOf(cli, tree), paintOf(cli))
      screen?.draw(latest(lines, terminal.out.rows - 2).map((line) => fitPainted(line, terminal.out.columns - 1)))
    }
  } finally {
    screen?.close()
  }
  return tree
}

/** The head of the tree, and of the rest what fits of its end. */
function latest(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines
  const shown = Math.max(1, rows - 2)
  return [...lines.slice(0, 1), `… ${lines.length - 1 - shown} lines above …`, ...lines.slice(-shown)]
}

/** A run that nobody has touched for a day is not running; its clock stands at its last fact. */
export function nowOf({ terminal }: Cli, tree: RunTree): number {
  const now = terminal.now()
  return now < tree.at || now - tree.at > 86_400_000 ? tree.at : now
}
