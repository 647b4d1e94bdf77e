import type { Check, Finding } from '../finding.ts'
import { fileOf } from '../repository.ts'
import type { Repository } from '../repository.ts'

/**
 * No file imports itself by way of others, type imports included: two files that need each
 * other's types are one idea cut in the wrong place.
 */
export const importCycles: Check = (repository) => {
  const graph = importGraph(repository)
  const findings: Finding[] = []
  const finished = new Set<string>()
  const path: string[] = []
  const onPath = new Set<string>()

  const walk = (file: string): void => {
    if (finished.has(file)) return
    if (onPath.has(file)) {
      const cycle = [...path.slice(path.indexOf(file)), file]
      findings.push({ path: file, message: `import cycle: ${cycle.join(' → ')}` })
      return
    }
    path.push(file)
    onPath.add(file)
    for (const next of graph.get(file) ?? []) walk(next)
    path.pop()
    onPath.delete(file)
    finished.add(file)
  }

  for (const file of graph.keys()) walk(file)
  return findings
}

// ---------------------------------------------------------------------------------------------

function importGraph(repository: Repository): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>()
  for (const file of repository.sources) {
    const targets = new Set<string>()
    for (const { specifier } of file.imports) {
      const target = fileOf(repository, file.path, specifier)
      if (target !== undefined) targets.add(target)
    }
    graph.set(file.path, targets)
  }
  return graph
}
