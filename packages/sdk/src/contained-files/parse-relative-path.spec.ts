import { describe, expect, it } from 'vitest'
import { FileError } from './file-error.ts'
import { faultOfName, parseFolderPath, parseRelativePath } from './parse-relative-path.ts'

const REFUSED: readonly (readonly [why: string, text: string])[] = [
  ['an empty path', ''],
  ['an absolute path', '/etc/passwd'],
  ['two slashes at the start', '//host/share'],
  ['the folder above', '..'],
  ['the folder above at the start', '../a'],
  ['the folder above in the middle', 'a/../b'],
  ['the folder above at the end', 'a/..'],
  ['a dot alone', '.'],
  ['a dot in the middle', 'a/./b'],
  ['a second dot at the start', '././a'],
  ['nothing after the dot', './'],
  ['an empty part', 'a//b'],
  ['an absolute path after the dot', './/etc/passwd'],
  ['a slash at the end', 'a/'],
  ['a NUL', 'a\0b'],
  ['a line feed', 'a\nb'],
  ['an escape', 'a\u001bb'],
  ['a delete', 'a\u007fb'],
  ['a C1 control', 'a\u009bb'],
  ['a backslash', 'a\\b'],
  ['a drive', 'C:/a'],
  ['an alternate data stream', 'a.txt::$DATA'],
  ['a scheme', 'file:a'],
  ['a dot at the end of a part', 'a./b'],
  ['three dots', '.../a'],
  ['a space at the end', 'a '],
  ['only a space', ' '],
  ['a device', 'nul'],
  ['a device in upper case with an extension', 'a/COM1.txt'],
  ['a device with a space before its extension', 'aux .c'],
  ['a device with a superscript', 'lpt²'],
  ['half of a surrogate pair', 'a\ud800b'],
  ['a name that Bosun keeps', 'a/.bosun-tmp-0123'],
  ['a part of 256 bytes', 'a'.repeat(256)],
  ['a part of 129 characters in 258 bytes', 'é'.repeat(129)],
  ['a path of 4,097 bytes', `${'a/'.repeat(2048)}b`],
]

const ACCEPTED: readonly (readonly [why: string, text: string, canonical?: string])[] = [
  ['a plain file', 'site/mars.html'],
  ['one dot and slash at the start, which it drops', './site/mars.html', 'site/mars.html'],
  ['a dot file', '.env.example'],
  ['percent signs, which stay what they are', '%2e%2e/%2fetc'],
  ['a tilde, which is no home', '~/a'],
  ['a dollar sign', '$HOME/a'],
  ['a name that only begins like a device', 'console/auxiliary.ts'],
  ['a space at the start', ' a'],
  ['two dots inside a name', 'a..b/c'],
  ['a part of 255 bytes', 'a'.repeat(255)],
  ['a path of 4,095 bytes', `${'a/'.repeat(2047)}b`],
  ['full-width dots and slashes, which are letters', '．．／a'],
]

describe('parseRelativePath', () => {
  it.each(REFUSED)('refuses %s (H1)', (_, text) => {
    expect(() => parseRelativePath(text)).toThrow(FileError)
    expect(() => parseRelativePath(text)).toThrow(expect.objectContaining({ code: 'FILE_PATH_INVALID' }))
  })

  it.each(ACCEPTED.map(([why, text, canonical = text]) => [why, text, canonical] as const))(
    'accepts %s',
    (_, text, canonical) => {
      expect(parseRelativePath(text)).toEqual({ text: canonical, segments: canonical.split('/') })
    },
  )

  it.each([undefined, null, 7, ['a'], { toString: () => 'a' }])('refuses %s, which is no text (H14)', (value) => {
    expect(() => parseRelativePath(value as unknown as string)).toThrow(
      expect.objectContaining({ code: 'FILE_PATH_INVALID' }),
    )
  })

  it('refuses a path of 64 MiB and does not carry it in the error (H14)', () => {
    const text = 'a/'.repeat(32 * 1024 * 1024)
    expect(() => parseRelativePath(text)).toThrow(
      expect.objectContaining({ code: 'FILE_PATH_INVALID', at: text.slice(0, 4096) }),
    )
  })
})

describe('parseFolderPath', () => {
  it('takes a dot for the root', () => {
    expect(parseFolderPath('.')).toEqual({ text: '.', segments: [] })
    expect(parseFolderPath('./')).toEqual({ text: '.', segments: [] })
  })

  it('is as strict as the door for files with all else (H1)', () => {
    for (const text of ['', '/', '..', './..', '././']) expect(() => parseFolderPath(text)).toThrow(FileError)
    expect(parseFolderPath('./a/b').segments).toEqual(['a', 'b'])
  })
})

describe('faultOfName', () => {
  it('finds fault with what is more than a name', () => {
    expect(faultOfName('a/b')).toBe('The name holds a `/`.')
    expect(faultOfName('..')).toBe('A part of the path is `..`, which leaves its folder.')
    expect(faultOfName('code')).toBeUndefined()
  })
})
