/** The built-in managers, each as a subject of the harness: a module in `subjects`. */
export const VARIANTS = [
  'fan-out',
  'streaming',
  'dynamic',
  'work-queue',
  'map-reduce',
  'pipeline',
  'plan-execute-review',
  'policies',
] as const

/** The composed managers of the examples, as subjects by their path from the root. */
export const COMPOSED: readonly string[] = [
  'best-draft',
  'digest',
  'indexed-answers',
  'migration',
  'replanned-book',
  'reviewed-release',
  'site-survey',
  'tournament',
].map((name) => `examples/managers/${name}`)

/** The URL of a subject: a module in `subjects`, or one whose path leads from the root. */
export function moduleOfSubject(subject: string): string {
  const path = subject.includes('/') ? `../../../${subject}.ts` : `./subjects/${subject}.ts`
  return new URL(path, import.meta.url).href
}
