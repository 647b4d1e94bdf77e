import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeTool, type ToolExample } from 'bosun/testing'
import { describe } from 'vitest'
import { gitApply, gitDiff, gitLog, gitShow, gitStatus } from './git-tools.ts'
import { HAS_GIT } from './repository.fixture.ts'

const files = { 'src/a.ts': 'export const a = 1\n' }
const patch = `--- a/src/a.ts
+++ b/src/a.ts
@@ -1 +1 @@
-export const a = 1
+export const a = 2
`

/** Makes the workspace a repository whose commit holds the files, and one file beyond it. */
function prepare(workspace: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=t@t', ...args], { cwd: workspace, stdio: 'ignore' })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-q', '-m', 'first')
  writeFileSync(join(workspace, 'src/b.ts'), 'export const b = 2\n')
}

const kit = (example: ToolExample) => ({ prepare, examples: [{ files, deniedBy: 'other/**', ...example }] })

describe.skipIf(!HAS_GIT)(`the kits of the git tools${HAS_GIT ? '' : ' (SKIPPED: this machine has no git)'}`, () => {
  describeTool(gitStatus, kit({ input: { path: 'src' }, output: { files: [] } }))
  describeTool(gitDiff, kit({ input: { path: 'src' }, output: { text: '', truncated: false } }))
  describeTool(gitLog, kit({ input: { path: 'src' } }))
  describeTool(gitShow, {
    ...kit({ input: { path: 'src/a.ts' }, output: { text: 'export const a = 1\n', truncated: false } }),
    failures: [{ input: { path: 'src/none.ts' }, files, code: 'FILE_NOT_FOUND' }],
  })
  describeTool(gitApply, {
    ...kit({ input: { patch }, output: { files: [{ path: 'src/a.ts', state: 'modified' }] } }),
    failures: [{ input: { patch: patch.replace('-export const a = 1', '-other') }, files, code: 'TOOL_INPUT_INVALID' }],
  })
})
