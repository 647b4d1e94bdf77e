import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assertHiddenState, assertStateFolder, makeStateFolder } from './state-folder.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

const unsafe = expect.objectContaining({ code: 'STATE_FOLDER_UNSAFE' })

describe('The state folder', () => {
  it.each([
    ['the root itself', 'work', 'work'],
    ['a folder in the root', 'work/.bosun', 'work'],
    ['a deep folder in the root', 'work/a/b/c', 'work'],
    ['a folder around the root', 'work', 'work/site'],
    ['a folder that leads into the root by a link', 'link/.bosun', 'work'],
    ['a folder in a root that is named by a link', 'work/.bosun', 'link'],
    ['a folder with dots on its way', 'other/../work/.bosun', 'work'],
    ['a folder in the second root', 'mount/.bosun', 'work,mount'],
  ])('H27: is refused as %s', (_, state, roots) => {
    const folder = layout()
    const rootPaths = roots.split(',').map((root) => join(folder, root))
    expect(() => assertStateFolder(join(folder, state), rootPaths)).toThrow(unsafe)
  })

  it('H27: is refused when the whole home folder is a root', () => {
    expect(() => assertStateFolder(join(homedir(), '.bosun'), [homedir()])).toThrow(unsafe)
    expect(() => assertStateFolder('.bosun', ['/'])).toThrow(unsafe)
  })

  it('may lie beside a root, also when the names begin alike', () => {
    const folder = layout()
    expect(() => assertStateFolder(join(folder, '.bosun'), [join(folder, 'work')])).not.toThrow()
    expect(() => assertStateFolder(join(folder, 'work-state'), [join(folder, 'work')])).not.toThrow()
    expect(() => assertStateFolder(join(folder, '..bosun'), [join(folder, 'work')])).not.toThrow()
  })

  it('H27: is made for its owner alone, and narrowed when it was open', () => {
    const folder = layout()
    makeStateFolder(join(folder, 'a/state'))
    expect(statSync(join(folder, 'a/state')).mode & 0o777).toBe(0o700)
    chmodSync(join(folder, 'mount'), 0o755)
    makeStateFolder(join(folder, 'mount'))
    expect(statSync(join(folder, 'mount')).mode & 0o777).toBe(0o700)
  })

  it('is refused when it cannot be made', () => {
    const folder = layout()
    writeFileSync(join(folder, 'file'), '')
    expect(() => makeStateFolder(join(folder, 'file/state'))).toThrow(unsafe)
    expect(() => makeStateFolder(join(folder, 'file'))).toThrow(unsafe)
  })

  it.each(['work', 'work/state', 'work/site/.bosun', 'link/state'])('%s is refused where workers see it', (state) => {
    const folder = layout()
    expect(() => assertHiddenState(join(folder, state), join(folder, 'work'), '--state')).toThrow(unsafe)
  })

  it.each(['work/.bosun', 'work/.bosun/deeper', 'other', 'worker', '.'])('%s is hidden from workers', (state) => {
    const folder = layout()
    expect(() => assertHiddenState(join(folder, state), join(folder, 'work'), '--state')).not.toThrow()
  })
})

function layout(): string {
  const folder = temporaryFolder()
  for (const name of ['work/site', 'mount', 'other']) mkdirSync(join(folder, name), { recursive: true })
  symlinkSync(join(folder, 'work'), join(folder, 'link'))
  return folder
}
