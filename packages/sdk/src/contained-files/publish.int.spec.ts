import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { publish, type PublishStep } from './publish.ts'
import { removalMark } from './removal-mark.ts'
import { declared, makeSandbox, outcomeOf, plant, snapshot, type Sandbox } from './sandbox.fixture.ts'
import { stagedFiles } from './staged-files.ts'

/** More than two chunks, so that a crash can fall into the middle of a copy. */
const LONG = 'a long story '.repeat(50_000)
const KEPT = { 'run.sh': 'old', 'same.txt': 'same', 'other.txt': 'not ours' }
const OLD = { ...KEPT, 'gone.txt': 'gone', 'deep/gone too.txt': 'gone' }
const NEW = { 'run.sh': 'new', 'same.txt': 'same', 'site/deep/story.txt': LONG, 'site/a.txt': 'a' }

/** Ends the publications that a test let die. */
const bury: (() => void)[] = []

afterEach(() => {
  for (const end of bury.splice(0)) end()
})

describe('publish', () => {
  it('puts every file into the workspace and leaves all else as it was', async () => {
    using sandbox = makePublication()
    const published = await publish({ ...sandbox, ...(await stagedFiles(sandbox.staging)) })
    expect(published.map(({ path, changed, deleted }) => [path, changed, deleted])).toEqual([
      ['run.sh', true, undefined],
      ['same.txt', false, undefined],
      ['site/a.txt', true, undefined],
      ['site/deep/story.txt', true, undefined],
      ['deep/gone too.txt', true, true],
      ['gone.txt', true, true],
    ])
    expect(published.at(-1)).toEqual({ ...declared('gone.txt', ''), changed: true, deleted: true })
    expect(contentOf(sandbox)).toEqual({ ...KEPT, ...NEW })
    expect(statSync(join(sandbox.workspace, 'deep')).isDirectory()).toBe(true)
    expect(statSync(join(sandbox.workspace, 'run.sh')).mode & 0o7777).toBe(0o755)
    expect(statSync(join(sandbox.workspace, 'site/a.txt')).mode & 0o7777).toBe(0o711)
  })

  it('changes nothing when it is done again, even without staging', async () => {
    using sandbox = makePublication()
    const found = await stagedFiles(sandbox.staging)
    await publish({ ...sandbox, ...found })
    rmSync(join(sandbox.workspace, 'deep'), { recursive: true })
    const before = snapshot(sandbox.workspace)
    rmSync(sandbox.staging, { recursive: true })
    mkdirSync(sandbox.staging)
    const published = await publish({ ...sandbox, ...found })
    expect(published.map(({ changed }) => changed)).toEqual([false, false, false, false, false, false])
    expect(snapshot(sandbox.workspace)).toEqual(before)
  })

  it('ends the same when it is redone after a crash at any step, and leaves nothing half-written', async () => {
    const steps = await stepsOfOnePublication()
    expect(new Set(steps)).toEqual(
      new Set(['swept', 'folders-made', 'chunk-copied', 'copied', 'prepared', 'renamed', 'removed', 'folder-synced']),
    )
    for (const [index, step] of steps.entries()) {
      using sandbox = makePublication()
      const found = await stagedFiles(sandbox.staging)
      await crashAt(sandbox, index)
      expect(torn(contentOf(sandbox))).toEqual([])
      await publish({ ...sandbox, ...found })
      expect(contentOf(sandbox), `after a crash at step ${index}, ${step}`).toEqual({ ...KEPT, ...NEW })
    }
  })

  it('ends the same when it crashes at every step of every try', async () => {
    using sandbox = makePublication()
    const found = await stagedFiles(sandbox.staging)
    for (let index = 0; index < 24; index += 1) await crashAt(sandbox, index)
    await publish({ ...sandbox, ...found })
    expect(contentOf(sandbox)).toEqual({ ...KEPT, ...NEW })
  })

  it('cleans up behind a fault at any step before the first new name, and has changed no file', async () => {
    const steps = await stepsOfOnePublication()
    for (const index of steps.slice(0, steps.indexOf('renamed')).keys()) {
      using sandbox = makePublication()
      const found = await stagedFiles(sandbox.staging)
      let step = 0
      const onStep = () => {
        if (step++ === index) throw new Error('a fault')
      }
      await expect(publish({ ...sandbox, ...found, onStep })).rejects.toThrow('a fault')
      expect(contentOf(sandbox), `after a fault at step ${index}`).toEqual(OLD)
    }
  })

  it('refuses a file that is not the one that was accepted, and changes no other (H3)', async () => {
    using sandbox = makePublication()
    const { files } = await stagedFiles(sandbox.staging)
    plant(sandbox.staging, { 'site/a.txt': 'b' })
    expect(await outcomeOf(() => publish({ ...sandbox, files }))).toEqual({ code: 'FILE_CHANGED' })
    plant(sandbox.staging, { 'site/a.txt': 'longer' })
    expect(await outcomeOf(() => publish({ ...sandbox, files }))).toEqual({ code: 'FILE_CHANGED' })
    rmSync(join(sandbox.staging, 'site/a.txt'))
    expect(await outcomeOf(() => publish({ ...sandbox, files }))).toEqual({ code: 'FILE_NOT_FOUND' })
    expect(contentOf(sandbox)).toEqual(OLD)
  })

  it('refuses a file that changes while it is copied (H3)', async () => {
    using sandbox = makePublication()
    const { files } = await stagedFiles(sandbox.staging)
    const onStep = (step: PublishStep) => {
      if (step !== 'chunk-copied') return
      writeFileSync(join(sandbox.staging, 'site/deep/story.txt'), LONG.replaceAll('story', 'STORY'))
    }
    expect(await outcomeOf(() => publish({ ...sandbox, files, onStep }))).toEqual({ code: 'FILE_CHANGED' })
    expect(contentOf(sandbox)).toEqual(OLD)
  })

  it.each([
    ['leave the workspace', '../a', 'FILE_PATH_INVALID'],
    ['are absolute', '/etc/cron.d/a', 'FILE_PATH_INVALID'],
    ['run code on the next commit', '.git/hooks/post-commit', 'FILE_PATH_PROTECTED'],
    ['change the journal', '.BOSUN/journal.sqlite', 'FILE_PATH_PROTECTED'],
  ])('refuses paths that %s (H1)', async (_, path, code) => {
    using sandbox = makePublication()
    const files = [...(await stagedFiles(sandbox.staging)).files, declared(path, 'a')]
    expect(await outcomeOf(() => publish({ ...sandbox, files }))).toEqual({ code })
    expect(contentOf(sandbox)).toEqual(OLD)
  })

  it('refuses a path that is declared twice, or as a file and as a folder', async () => {
    using sandbox = makePublication()
    const twice = [declared('a', 'a'), declared('./a', 'a')]
    const both = [declared('a/b', 'a'), declared('a', 'a')]
    for (const files of [twice, both])
      expect(await outcomeOf(() => publish({ ...sandbox, files }))).toEqual({ code: 'FILE_PATH_INVALID' })
  })

  it.each([
    ['leaves the workspace', '../a', 'FILE_PATH_INVALID'],
    ['is protected', '.git/config', 'FILE_PATH_PROTECTED'],
    ['is a folder', 'deep', 'FILE_NOT_REGULAR'],
    ['is published as well', 'same.txt', 'FILE_PATH_INVALID'],
    ['lies below a file', 'same.txt/a', 'FILE_PATH_INVALID'],
  ])('removes nothing that %s, and then changes nothing at all (H1)', async (_, path, code) => {
    using sandbox = makePublication()
    const { files } = await stagedFiles(sandbox.staging)
    expect(await outcomeOf(() => publish({ ...sandbox, files, removed: ['gone.txt', path] }))).toEqual({ code })
    expect(contentOf(sandbox)).toEqual(OLD)
  })

  it('lends no program the rights of its owner', async () => {
    using sandbox = makePublication()
    chmodSync(join(sandbox.staging, 'site/a.txt'), 0o6755)
    await publish({ ...sandbox, files: [declared('site/a.txt', 'a')] })
    expect(statSync(join(sandbox.workspace, 'site/a.txt')).mode & 0o7777).toBe(0o755)
  })

  it.each(['symbolic', 'hard'])(
    'refuses a target that becomes a %s link after its copy was made (H3)',
    async (kind) => {
      using sandbox = makePublication()
      const canary = join(sandbox.outside, 'canary.txt')
      const before = readFileSync(canary, 'utf8')
      const target = join(sandbox.workspace, 'site/a.txt')
      const onStep = (step: PublishStep) => {
        if (step === 'prepared') (kind === 'hard' ? linkSync : symlinkSync)(canary, target)
      }
      const files = [declared('site/a.txt', 'a')]
      expect(await outcomeOf(() => publish({ ...sandbox, files, onStep }))).toEqual({
        code: kind === 'hard' ? 'FILE_MULTIPLE_LINKS' : 'FILE_IS_LINK',
      })
      expect(readFileSync(canary, 'utf8')).toBe(before)
      expect(Object.keys(snapshot(sandbox.workspace)).filter((path) => path.includes('.bosun-tmp-'))).toEqual([])
    },
  )

  it('leaves the half-written files of others alone', async () => {
    using sandbox = makePublication()
    plant(sandbox.workspace, { '.bosun-tmp-0123456789abcdef-001122334455': 'of another run' })
    await publish({ ...sandbox, files: [declared('run.sh', 'new')] })
    expect(contentOf(sandbox)).toHaveProperty(['.bosun-tmp-0123456789abcdef-001122334455'])
  })
})

function makePublication(): Sandbox {
  const sandbox = makeSandbox()
  plant(sandbox.workspace, OLD)
  plant(sandbox.staging, {
    ...NEW,
    [removalMark('gone.txt')]: 'gone.txt',
    [`deep/${removalMark('gone too.txt')}`]: 'gone too.txt',
  })
  chmodSync(join(sandbox.workspace, 'run.sh'), 0o755)
  chmodSync(join(sandbox.staging, 'site/a.txt'), 0o711)
  return sandbox
}

/** Files that are neither as they were nor as they are to be; half-written ones have other names. */
function torn(content: Record<string, string>): string[] {
  const versions: Record<string, string>[] = [OLD, NEW]
  return Object.keys(content).filter(
    (path) => !path.includes('.bosun-tmp-') && !versions.some((version) => version[path] === content[path]),
  )
}

/** The files of the workspace with their content; folders do not count. */
function contentOf({ workspace }: Sandbox): Record<string, string> {
  const paths = Object.entries(snapshot(workspace)).filter(([, kind]) => kind.startsWith('file'))
  return Object.fromEntries(paths.map(([path]) => [path, readFileSync(join(workspace, path), 'utf8')]))
}

async function stepsOfOnePublication(): Promise<PublishStep[]> {
  using sandbox = makePublication()
  const steps: PublishStep[] = []
  const found = await stagedFiles(sandbox.staging)
  await publish({ ...sandbox, ...found, onStep: (step) => void steps.push(step) })
  return steps
}

/**
 * Publishes until a step and never goes on, as a process that died there: no cleaning up runs. When
 * there are fewer steps, it ends by itself.
 */
async function crashAt(sandbox: Sandbox, index: number): Promise<void> {
  const found = await stagedFiles(sandbox.staging)
  const { promise: crashed, resolve } = Promise.withResolvers<void>()
  let step = 0
  const onStep = () => {
    if (step++ !== index) return undefined
    resolve()
    const { promise, reject } = Promise.withResolvers<void>()
    bury.push(() => reject(new Error('buried')))
    return promise
  }
  const published = publish({ ...sandbox, ...found, onStep })
  // What the dead leave open is closed when the test is over, and nobody listens to them.
  published.catch(() => {})
  await Promise.race([crashed, published])
}
