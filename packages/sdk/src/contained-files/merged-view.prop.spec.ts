import { array, asyncProperty, assert, constantFrom, oneof, record, constant, dictionary } from 'fast-check'
import { expect, it } from 'vitest'
import { deleteFile } from './delete-file.ts'
import { editFile } from './edit-file.ts'
import { listFolder } from './list-folder.ts'
import { moveFile } from './move-file.ts'
import { publish } from './publish.ts'
import { readFile } from './read-file.ts'
import type { Roots } from './roots.ts'
import { makeSandbox, outcomeOf, plant } from './sandbox.fixture.ts'
import { stagedFiles } from './staged-files.ts'
import { writeFile } from './write-file.ts'

const PATHS = ['a', 'b', 'd/a', 'd/b', 'e/f/g']
const path = constantFrom(...PATHS)
const text = constantFrom('', 'x', 'xx', 'xy', 'yyx')
const change = oneof(
  record({ type: constant('write' as const), path, text }),
  record({ type: constant('edit' as const), path, oldText: constantFrom('x', 'y', 'xy'), newText: text }),
  record({ type: constant('delete' as const), path }),
  record({ type: constant('move' as const), from: path, to: path }),
)
type Change = typeof change extends { generate: (...args: never[]) => { value: infer C } } ? C : never

it('M-22: after any changes the attempt sees what it made of the files, and publishing makes the workspace just that', async () => {
  await assert(
    asyncProperty(dictionary(path, text), array(change, { maxLength: 12 }), async (before, changes) => {
      using sandbox = makeSandbox()
      using roots = sandbox.openRoots()
      plant(sandbox.workspace, before)
      const model = new Map(Object.entries(before))
      for (const one of changes) {
        const expected = foresee(model, one)
        const outcome = await outcomeOf(() => carryOut(roots, one))
        expect('code' in outcome ? outcome.code : 'done').toBe(expected)
        expect(await seen(roots)).toEqual(Object.fromEntries(model))
      }
      const found = await stagedFiles(sandbox.staging)
      expect(found.refused).toEqual([])
      for (let time = 0; time < 2; time += 1) {
        await publish({ ...sandbox, ...found })
        using published = sandbox.openRoots({ staging: sandbox.outside })
        expect(await seen(published)).toEqual(Object.fromEntries(model))
      }
    }),
    { numRuns: 60 },
  )
})

/** What a change does to a map of files; the code of its refusal, or `done`. */
function foresee(files: Map<string, string>, change: Change): string {
  if (change.type === 'write') {
    files.set(change.path, change.text)
    return 'done'
  }
  const from = change.type === 'move' ? change.from : change.path
  const content = files.get(from)
  if (content === undefined) return 'FILE_NOT_FOUND'
  if (change.type === 'delete') files.delete(from)
  if (change.type === 'edit') {
    const at = content.indexOf(change.oldText)
    if (at < 0 || content.lastIndexOf(change.oldText) !== at) return 'FILE_EDIT_MISMATCH'
    files.set(from, content.slice(0, at) + change.newText + content.slice(at + change.oldText.length))
  }
  if (change.type === 'move') {
    if (files.has(change.to)) return 'FILE_EXISTS'
    files.delete(from)
    files.set(change.to, content)
  }
  return 'done'
}

function carryOut(roots: Roots, change: Change): Promise<unknown> {
  if (change.type === 'write') return writeFile(roots, change)
  if (change.type === 'edit') return editFile(roots, change)
  return change.type === 'move' ? moveFile(roots, change) : deleteFile(roots, change)
}

/** Every file with its content, as lists and reads tell them. */
async function seen(roots: Roots, folder = '.'): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const { name, kind } of await listFolder(roots, { path: folder })) {
    const below = folder === '.' ? name : `${folder}/${name}`
    if (below === 'code' || below === 'canary.txt') continue
    if (kind === 'folder') Object.assign(files, await seen(roots, below))
    else files[below] = (await readFile(roots, { path: below })).text
  }
  for (const path of PATHS.filter((one) => !(one in files) && one.startsWith(folder === '.' ? '' : `${folder}/`)))
    expect(await outcomeOf(() => readFile(roots, { path }))).toEqual({ code: 'FILE_NOT_FOUND' })
  return files
}
