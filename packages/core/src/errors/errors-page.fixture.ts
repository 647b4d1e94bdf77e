import { ERROR_REGISTRY, type ErrorEntry } from './error-registry.ts'

const FAULTS = {
  caller: 'the person who wrote the goal, plan, config or flag',
  plugin: 'the author of the worker, tool, planner or manager',
  system: 'the machine, or Bosun itself',
} as const satisfies Record<ErrorEntry['fault'], string>

/** The page of all error codes, drawn from the registry. */
export function errorsPage(): string {
  const entries = Object.entries<ErrorEntry>(ERROR_REGISTRY)
  const sections = Object.entries(FAULTS).map(([fault, who]) => {
    const rows = entries
      .filter(([, entry]) => entry.fault === fault)
      .map(
        ([code, { summary, fix, retryable }]) =>
          `### ${code}\n\n${summary} ${fix}${retryable ? ' Trying again can help.' : ''}`,
      )
    return `## Fault: ${fault}\n\nTo be mended by ${who}.\n\n${rows.join('\n\n')}`
  })
  return `# Error codes\n\nDrawn from \`packages/core/src/errors/error-registry.ts\`; a test fails when this page is not current.\n\n${sections.join('\n\n')}\n`
}
