import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { bosunIn } from './real-engine.fixture.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')

/** What a guide has its reader do, in order. */
type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly shown: readonly string[] }

function stepsOf(guide: string): readonly Step[] {
  return [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, , text = '']): Step[] => {
    const path = /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1]
    if (path !== undefined) return [{ kind: 'file', path, text }]
    return [...text.matchAll(/^\$ (?:npx )?((?:bosun|node) .*)\n((?:(?!\$ ).*\n)*)/gm)].map(
      ([, command = '', shown = '']) => ({
        kind: 'command',
        words: command.split(' '),
        shown: shown.split('\n').filter((line) => line !== '' && line !== '…'),
      }),
    )
  })
}

it('the worker of the README is tried as it stands there', async () => {
  const source = /^```ts\n(import \{ defineWorker[\s\S]*?)^```$/m.exec(
    readFileSync(join(REPOSITORY, 'README.md'), 'utf8'),
  )
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-readme-')))
  writeFileSync(join(folder, 'page-writer.ts'), source?.[1] ?? '')
  const { code, stdout } = await bosunIn(folder, 'try', 'page-writer.ts')
  expect(stdout).toContain('result {"path":"site/mars.html"}')
  expect(code).toBe(0)
})

/** A folder in which what the guide installs is installed. */
function installed(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-guide-')))
  mkdirSync(join(folder, 'node_modules/@bosun'), { recursive: true })
  symlinkSync(join(REPOSITORY, 'packages/sdk'), join(folder, 'node_modules/@bosun/sdk'))
  symlinkSync(join(REPOSITORY, 'plugins/tools-files'), join(folder, 'node_modules/@bosun/tools-files'))
  symlinkSync(join(REPOSITORY, 'packages/bosun'), join(folder, 'node_modules/bosun'))
  symlinkSync(join(REPOSITORY, 'node_modules/zod'), join(folder, 'node_modules/zod'))
  return folder
}

/** A line without what differs from run to run. */
const lasting = (line: string) =>
  line.replaceAll(/ ?\b\d+(\.\d+)? m?s\b/g, ' TIME').replace(/^run \w+ started/, 'run ID started')

it.each([
  ['write-a-plugin', ['try', 'run', 'check', 'try', 'try', 'try']],
  ['compose-a-manager', ['run', 'tree', 'check', 'watch.ts', 'check']],
])('the guide %s holds: its files make what its commands show', { timeout: 120_000 }, async (guide, expected) => {
  const folder = installed()
  const commands: string[] = []
  for (const step of stepsOf(readFileSync(join(REPOSITORY, `docs/guides/${guide}.md`), 'utf8'))) {
    if (step.kind === 'file') {
      mkdirSync(dirname(join(folder, step.path)), { recursive: true })
      writeFileSync(join(folder, step.path), step.text)
      continue
    }
    const { words, shown } = step
    commands.push(words[1] ?? '')
    // Each needs what the ones before have left.
    // oxlint-disable-next-line no-await-in-loop
    const { code, stdout, stderr } = await carriedOut(folder, words)
    expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' })
    expect(stdout.split('\n').map(lasting)).toEqual(expect.arrayContaining(shown.map(lasting)))
  }
  expect(commands).toEqual(expected)
})

async function carriedOut(folder: string, [program, ...args]: readonly string[]) {
  if (program === 'bosun') return bosunIn(folder, ...args)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=@bosun/source', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}
