import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FakeTerminal, fakeEngine } from './cli.fixture.ts'
import { commandPage } from './command-page.ts'
import { buildProgram } from './program.ts'

function page(): string {
  const terminal = new FakeTerminal()
  const engine = () => Promise.resolve(fakeEngine(terminal, {}))
  return commandPage(buildProgram({ terminal, engine, exit: () => undefined }, '0.0.0'))
}

it('is what docs/command-line.md holds', async () => {
  await expect(page()).toMatchFileSnapshot(join(import.meta.dirname, '../../../docs/command-line.md'))
})

it.each('pause resume cancel steer approve deny raise-limit retry adopt waive'.split(' '))(
  'T-35: %s takes who asks and why',
  (name) => {
    const section = page()
      .split(/^### bosun /m)
      .find((text) => text.startsWith(`${name}\n`))
    expect(section).toMatch(/--by <name>[^]*--reason <text>/)
  },
)

it('holds every command with an example', () => {
  const text = page()
  const names = [...text.matchAll(/^### bosun (\S+)$/gm)].map(([, name]) => name)
  expect(names).toHaveLength(28)
  for (const name of names) expect(text).toContain(`$ bosun ${name}`)
})
