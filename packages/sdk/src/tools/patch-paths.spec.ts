import { describe, expect, it } from 'vitest'
import { patchPaths } from './patch-paths.ts'

describe('patchPaths', () => {
  it.each([
    ['--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-1\n+2\n', ['x.ts']],
    ['--- a/x.ts\t2026-01-01\n+++ b/x.ts\t2026-01-02\n@@ -1 +1 @@\n-1\n+2\n', ['x.ts']],
    [
      'diff --git a/new b/new\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n',
      ['new'],
    ],
    ['diff --git a/old b/old\ndeleted file mode 100644\n--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n', ['old']],
    ['diff --git a/empty b/empty\nnew file mode 100644\nindex 0..0\n', ['empty']],
    ['diff --git a/a b b/a b\nold mode 100644\nnew mode 100755\n', ['a b']],
    ['diff --git a/one b/two\nsimilarity index 100%\nrename from one\nrename to two\n', ['one', 'two']],
    ['--- a/a\r\n+++ b/a\r\n@@ -1 +1 @@\r\n-1\r\n+2\r\n', ['a']],
  ])('reads the paths of %j', (patch, paths) => {
    expect(patchPaths(patch)).toEqual(paths)
  })

  it('takes what stands in a hunk for content, whatever it looks like', () => {
    const hunk = '@@ -1,3 +1,3 @@\n--- a/not\n+++ b/not\n diff --git a/nor b/nor\n+--- a/this\n- x\n'
    expect(patchPaths(`--- a/x\n+++ b/x\n${hunk}--- a/y\n+++ b/y\n@@ -1 +1 @@\n-1\n+2\n`)).toEqual(['x', 'y'])
  })

  it.each([
    ['nothing to do', 'no path'],
    ['--- x\n+++ x\n@@ -1 +1 @@\n-1\n+2\n', 'x'],
    ['--- "a/\\303\\244"\n+++ "b/\\303\\244"\n', '"a/'],
    ['diff --git a/x b/x\nGIT binary patch\nliteral 1\n', 'a binary patch'],
    ['diff --git a/x b/y\nrename from "x"\nrename to y\n', '"x"'],
  ])('refuses %j', (patch, received) => {
    expect(() => patchPaths(patch)).toThrow(
      expect.objectContaining({ code: 'TOOL_INPUT_INVALID', message: expect.stringContaining(received) }),
    )
  })
})
