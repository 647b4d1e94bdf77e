import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FakeTerminal, fakeEngine } from './cli.fixture.ts'
import { buildProgram } from './program.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')
const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'examples/*/README.md']
/** What was measured is told in words, not as lines to type. */
const RECORD = 'docs/measurements.md'
/** Names that stand alone in prose are no command lines; those with words after them are. */
const IN_PROSE = /`(?:npx )?bosun ([a-z]+ [^`]+)`/g
const IN_BLOCK = /^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:npx )?bosun ([a-z]+\b.*)$/

/** What pages say that one types, each with the page that says it. */
function documented(): readonly (readonly [page: string, line: string])[] {
  const pages = PAGES.flatMap((pattern) => globSync(pattern, { cwd: REPOSITORY, exclude: [RECORD] }))
  return pages.flatMap((page) =>
    linesOf(readFileSync(join(REPOSITORY, page), 'utf8')).map((line) => [page, line] as const),
  )
}

function linesOf(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```\w*\n([\s\S]*?)^ *```$/gm)].map(([, block = '']) =>
    block.replaceAll('\\\n', ' '),
  )
  const prose = text.replaceAll(/^ *```\w*\n[\s\S]*?^ *```$/gm, '')
  return [
    ...[...prose.matchAll(IN_PROSE)].map(([, line = '']) => line.replaceAll(/\s+/g, ' ')),
    ...blocks.flatMap((block) => block.split('\n')).flatMap((line) => IN_BLOCK.exec(line)?.[1] ?? []),
  ]
}

/** Words as a shell would part them, as far as the pages need it. */
function wordsOf(line: string): string[] {
  const command = line.replace(/\s+[#>].*$/, '')
  return (command.match(/'[^']*'|"(?:\\.|[^"])*"|\S+/g) ?? []).map((word) => word.replaceAll(/^['"]|['"]$/g, ''))
}

/** What the command line has to say against it. */
function fault(line: string): string | undefined {
  const terminal = new FakeTerminal()
  const program = buildProgram(
    { terminal, engine: () => Promise.resolve(fakeEngine(terminal, {})), exit: () => undefined },
    '0.0.0',
  )
  for (const command of program.commands) command.action(() => undefined)
  try {
    program.parse(wordsOf(line), { from: 'user' })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

it('understands every command line that a page tells a reader to type', () => {
  const lines = documented()

  const faults = lines.flatMap(([page, line]) => {
    const found = fault(line)
    return found === undefined ? [] : [`${page}: bosun ${line}: ${found}`]
  })

  expect(lines.length).toBeGreaterThan(40)
  expect(faults).toEqual([])
})

it('says what is wrong with one that is not understood', () => {
  expect(fault('result last examples/review')).toContain('too many arguments')
  expect(fault('run --concurency 2')).toContain('unknown option')
})
