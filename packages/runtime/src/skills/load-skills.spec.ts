import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { projectCode } from '../project/project-code.ts'
import { loadSkills } from './load-skills.ts'

function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-skills-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

const load = (folder: string, ...skills: readonly string[]) =>
  loadSkills({ folder, file: 'bosun.config.ts', config: { plugins: [], manager: 'fanOut', skills } })

const skill = (name: string, more = '', body = 'Do it well.') =>
  `---\nname: ${name}\ndescription: How to do it.\n${more}---\n\n${body}\n`

describe('the skills of a config', () => {
  it('M-08: are the folders of a folder, or one folder, with what workers are told', () => {
    const folder = folderWith({
      'skills/tables/SKILL.md': skill('tables'),
      'skills/charts/SKILL.md': skill('charts', 'license: MIT\nmetadata: { version: "1" }\ncompatibility: any\n'),
      'skills/charts/references/more.md': 'not read',
      'skills/README.md': 'not a skill',
      'skills/.git/HEAD': 'x',
      'alone/SKILL.md': skill('alone').replaceAll('\n', '\r\n'),
    })
    const { texts, folders } = load(folder, './skills', 'alone')
    expect(texts).toEqual({
      alone: '# Skill alone: How to do it.\n\nDo it well.',
      charts: '# Skill charts: How to do it.\n\nDo it well.',
      tables: '# Skill tables: How to do it.\n\nDo it well.',
    })
    expect(folders).toEqual([join(folder, 'skills'), join(folder, 'alone')])
  })

  it('H12: are none where the config names none, whatever lies there', () => {
    const folder = folderWith({ 'skills/x/SKILL.md': skill('x'), '.claude/skills/y/SKILL.md': skill('y') })
    expect(load(folder)).toEqual({ texts: {}, folders: [] })
  })

  it('H12: lie where no worker writes: who could, would instruct the workers of the next run', () => {
    const folder = folderWith({ 'skills/x/SKILL.md': skill('x'), 'out/a.md': 'x' })
    const { folders } = load(folder, 'skills')
    const nothing = { trusted: [], workers: [], entries: [], locations: [] }
    const code = projectCode(folder, { folder } as never, nothing, folders)
    expect(
      ['skills/x/SKILL.md', 'skills/y/SKILL.md', 'Skills/x/SKILL.md', 'out/a.md'].map((path) => code.cover(path)),
    ).toEqual([true, true, true, false])
  })

  it.each(['Read, Write', 'files.read Bash(git:*)', '[files.read, files.write]'])(
    'X-05: tell of the tools that are asked for, %s, which adds none',
    (asked) => {
      const { texts } = load(folderWith({ 's/x/SKILL.md': skill('x', `allowed-tools: ${asked}\n`) }), 's')
      expect(texts['x']).toContain('Do without those that you were not given.')
    },
  )
})

describe('a folder that is no skill', () => {
  const long = 'x'.repeat(1_025)
  it.each([
    ['has no SKILL.md', { 's/x/readme.md': 'x' }, 's/x/SKILL.md'],
    ['has no front matter', { 's/x/SKILL.md': 'Do it.' }, 's/x/SKILL.md:1'],
    ['does not end its front matter', { 's/x/SKILL.md': '---\nname: x\n' }, 's/x/SKILL.md:1'],
    ['has front matter that is no YAML', { 's/x/SKILL.md': skill('x', 'license: [\n') }, 's/x/SKILL.md:5'],
    ['has the same key twice', { 's/x/SKILL.md': skill('x', 'name: x\n') }, 's/x/SKILL.md:4'],
    ['uses an alias', { 's/x/SKILL.md': skill('x', 'metadata: { a: &a [1], b: *a }\n') }, 's/x/SKILL.md'],
    ['has a name other than its folder', { 's/x/SKILL.md': skill('y') }, 's/x/SKILL.md: name'],
    ['has a name with capitals', { 's/X/SKILL.md': skill('X') }, 's/X/SKILL.md: front matter'],
    ['has a name that ends with a dash', { 's/x-/SKILL.md': skill('x-') }, 's/x-/SKILL.md: front matter'],
    [
      'has a key that skills do not have',
      { 's/x/SKILL.md': skill('x', 'alowed-tools: a\n') },
      's/x/SKILL.md: front matter',
    ],
    ['has a long description', { 's/x/SKILL.md': skill('x').replace('How', long) }, 's/x/SKILL.md: front matter'],
    ['says nothing', { 's/x/SKILL.md': skill('x', '', ' ') }, 's/x/SKILL.md:5'],
    ['is too large', { 's/x/SKILL.md': skill('x', '', 'x'.repeat(200_000)) }, 's/x/SKILL.md'],
    ['is no text', { 's/x/SKILL.md': Buffer.from([0xff, 0xfe, 0x00]) }, 's/x/SKILL.md'],
    ['is empty', { 's/.keep': '' }, 's'],
  ])('is refused with its place when it %s', (_, files: Readonly<Record<string, string | Buffer>>, at) => {
    expect(() => load(folderWith(files), 's')).toThrow(expect.objectContaining({ code: 'SKILL_INVALID', at }))
  })

  it('is refused when it is there twice, or not at all', () => {
    const folder = folderWith({ 's/x/SKILL.md': skill('x'), 't/x/SKILL.md': skill('x') })
    expect(() => load(folder, 's', 't')).toThrow(/t\/x.*the skill "x" a second time/)
    expect(() => load(folder, 'u')).toThrow(
      expect.objectContaining({ code: 'FOLDER_MISSING', at: 'bosun.config.ts skills[0]' }),
    )
  })

  it('H12: is refused when a link leads out of what the config names', () => {
    const outside = folderWith({ 'x/SKILL.md': skill('x'), 'text.md': skill('z') })
    const folder = folderWith({ 's/y/SKILL.md': skill('y'), 't/z/readme.md': '' })
    symlinkSync(join(outside, 'x'), join(folder, 's/x'))
    symlinkSync(join(outside, 'text.md'), join(folder, 't/z/SKILL.md'))
    expect(() => load(folder, 's')).toThrow(expect.objectContaining({ code: 'SKILL_INVALID', at: 's/x' }))
    expect(() => load(folder, 't')).toThrow(expect.objectContaining({ code: 'SKILL_INVALID', at: 't/z/SKILL.md' }))
  })
})
