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

/** The URL of a subject: a module in `subjects`, or one whose path leads from the root. */
export function moduleOfSubject(subject: string): string {
  const path = subject.includes('/') ? `../../../${subject}.ts` : `./subjects/${subject}.ts`
  return new URL(path, import.meta.url).href
}
