import { BosunError, type Json, type Task, type WorkerEntry } from '@bosun/core'
import { task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import type { LocatedWorker } from './load-plugins.ts'

/** An example with its place among those of its worker, from 1; 0 is a body without an example. */
export type TrialExample = LocatedWorker['examples'][number] & { readonly number: number }

/**
 * The example to try; a body is enough where there is none.
 *
 * @throws USAGE that shows how one is written
 */
export function exampleOf(
  { entry, examples, bodySchema }: LocatedWorker,
  asked: number | undefined,
  body: Json | undefined,
): TrialExample {
  const number = asked ?? 1
  const found = examples[number - 1]
  if (found !== undefined) return { ...found, number }
  if (asked === undefined && body !== undefined) return { body, number: 0 }
  if (examples.length > 0) {
    throw new BosunError('USAGE', {
      at: `--example ${number}`,
      expected: `at most ${examples.length}, as ${entry.name} has`,
      fix: 'Name one of these.',
    })
  }
  const script = entry.model === undefined ? '' : ", model: ['what the model answers']"
  throw new BosunError('USAGE', {
    at: entry.name,
    summary: 'The worker has no example to try',
    fix: `Write one into its definition, examples: [{ body: ${sketchOf(bodySchema)}${script} }], or give a body: --body JSON.`,
  })
}

/** A body by its schema, for somebody to fill in. */
function sketchOf(schema: Json): string {
  const {
    type,
    properties = {},
    required = [],
  } = (schema ?? {}) as {
    readonly type?: string
    readonly properties?: Readonly<Record<string, Json>>
    readonly required?: readonly string[]
  }
  if (type === 'string') return "'…'"
  if (type !== 'object') return '…'
  const members = Object.keys(properties).filter((name) => required.includes(name))
  return members.length === 0
    ? '{}'
    : `{ ${members.map((name) => `${name}: ${sketchOf(properties[name] as Json)}`).join(', ')} }`
}

const GIVEN = 'given-by-the-example'

/** Stands for the workers of other tasks. */
export const giver = defineWorker({
  name: GIVEN,
  summary: 'Gives what the example says.',
  handles: GIVEN,
  body: z.json(),
  result: z.json(),
  run: ({ body }) => body,
})

/** The task to try, after tasks that have what the example says as their results. */
export function tasksOf(
  entry: WorkerEntry,
  example: TrialExample,
  body: Json | undefined,
): { readonly given: Task[]; readonly trial: Task } {
  const given = Object.entries(example.inputs ?? {}).map(([id, result]) => task(GIVEN, result, { id }))
  const dependsOn = given.map(({ id }) => id)
  let id = entry.name
  while (dependsOn.includes(id)) id += '-1'
  const own = dependsOn.length === 0 ? { id } : { id, dependsOn }
  return { given, trial: task(entry.handles, body ?? example.body, own) }
}
