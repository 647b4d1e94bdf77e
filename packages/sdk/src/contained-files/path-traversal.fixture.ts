import { readFileSync } from 'node:fs'
import { corpusPath } from '@bosun/corpora'
import { deleteFile } from './delete-file.ts'
import { editFile } from './edit-file.ts'
import { listFolder } from './list-folder.ts'
import { moveFile } from './move-file.ts'
import { readFile } from './read-file.ts'
import type { Roots } from './roots.ts'
import { CANARY_NAME, makeSandbox, outcomeOf, plant, snapshot, snapshotOutside } from './sandbox.fixture.ts'
import { writeFile } from './write-file.ts'

/** What a round of attempts came to. */
export interface TraversalTally {
  readonly tries: number
  readonly done: number
  readonly refused: number
  /** Strings that brought something from outside, and places outside that changed. */
  readonly faults: readonly string[]
}

/**
 * Each string of the corpus as it is and after one and two percent-decodes, with the canary's name in
 * it; no repeats. Undefined where there is no corpus.
 */
export function traversalForms(): Set<string> | undefined {
  const corpus = corpusPath('path-traversal/strings.jsonl')
  if (corpus === undefined) return undefined
  const forms = new Set<string>()
  for (const line of readFileSync(corpus, 'utf8').split('\n')) {
    if (line === '') continue
    const text = (JSON.parse(line) as string).replaceAll('{FILE}', CANARY_NAME)
    const once = percentDecode(text)
    for (const form of [text, once, percentDecode(once)]) forms.add(form)
  }
  return forms
}

/** Where in a path a string may stand; the first is the string alone. */
const PLACES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `./${text}`,
  (text) => `a/${text}`,
  (text) => `a.txt/${text}`,
  (text) => `code/${text}`,
  (text) => `code/../${text}`,
  (text) => `d/e/f/${text}`,
  (text) => `/${text}`,
  (text) => `${text}/x`,
  (text) => `${text}\0.txt`,
  (text) => `${text}.`,
  (text) => ` ${text}`,
  (text) => `~/${text}`,
  (text) => `${text}/`,
  (text) => `a.txt${text}`,
  (text) => `.//${text}`,
  (text) => `a/b/../${text}`,
  (text) => `code/${text}/x`,
  (text) => `moved/${text}`,
  (text) => `${text}/../${text}`,
]

/**
 * Gives each string to every operation, until so many tries are done or the strings in all their places
 * have been used up.
 */
export async function traverse(
  texts: Iterable<string>,
  triesMax = Number.POSITIVE_INFINITY,
  tell: (tries: number) => void = () => {},
): Promise<TraversalTally> {
  using sandbox = makeSandbox()
  using roots = sandbox.openRoots()
  plant(sandbox.workspace, { 'a.txt': 'inside' })
  const before = { outside: snapshotOutside(sandbox), workspace: snapshot(sandbox.workspace) }
  const tally = { tries: 0, done: 0, refused: 0 }
  const faults: string[] = []
  const all = [...texts]
  for (const place of PLACES)
    for (const text of all) {
      if (tally.tries >= triesMax) break
      for (const outcome of await tryAll(roots, place(text))) {
        tally.tries += 1
        tally['code' in outcome ? 'refused' : 'done'] += 1
        if (/CANARY|root:x:0/.test(JSON.stringify(outcome)))
          faults.push(`leaked through ${JSON.stringify(place(text))}`)
      }
      tell(tally.tries)
    }
  const after = { outside: snapshotOutside(sandbox), workspace: snapshot(sandbox.workspace) }
  if (JSON.stringify(after) !== JSON.stringify(before)) faults.push('something outside of staging changed')
  return { ...tally, faults }
}

/** Decodes what can be decoded and leaves the rest, as forgiving servers do. */
function percentDecode(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(decoded, 'latin1').toString('utf8')
}

async function tryAll(roots: Roots, path: string): Promise<object[]> {
  const outcomes = []
  for (const operation of [
    () => readFile(roots, { path }),
    () => listFolder(roots, { path }),
    () => writeFile(roots, { path, text: 'planted' }),
    () => editFile(roots, { path, oldText: 'a', newText: 'b', all: true }),
    () => moveFile(roots, { from: path, to: 'moved' }),
    () => moveFile(roots, { from: 'moved', to: path }),
    () => deleteFile(roots, { path }),
  ])
    outcomes.push(await outcomeOf<unknown>(operation))
  return outcomes
}
