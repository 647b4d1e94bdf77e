import { describe, expect, it } from 'vitest'
import { FileError } from './file-error.ts'

describe('FileError', () => {
  it('names the place, what is wrong with it and what to do', () => {
    const error = new FileError('FILE_IS_LINK', { at: 'a/b', summary: 'This is a symbolic link.' })
    expect(error.message).toBe(
      '"a/b": This is a symbolic link. Links are never followed; give the path of the file that the link stands for.',
    )
    expect({ code: error.code, at: error.at }).toEqual({ code: 'FILE_IS_LINK', at: 'a/b' })
  })

  it('keeps its cause and takes better advice than that of its code', () => {
    const cause = new Error('EIO')
    const error = new FileError('FILE_IO', { at: 'a', summary: 'Refused.', fix: 'Try again.', cause })
    expect(error.cause).toBe(cause)
    expect(error.message).toBe('"a": Refused. Try again.')
  })

  it('is told from other errors, by code if asked', () => {
    const error = new FileError('FILE_NOT_FOUND', { at: 'a', summary: 'Nothing.' })
    expect(FileError.is(error)).toBe(true)
    expect(FileError.is(error, 'FILE_NOT_FOUND')).toBe(true)
    expect(FileError.is(error, 'FILE_IO')).toBe(false)
    expect(FileError.is(Object.assign(new Error('ENOENT'), { code: 'FILE_NOT_FOUND' }))).toBe(false)
  })

  it('puts no control character and no endless path into its message (H22)', () => {
    const error = new FileError('FILE_PATH_INVALID', { at: `\u001b[2J${'x'.repeat(10_000)}`, summary: 'No.' })
    expect(error.message).not.toContain('\u001b')
    expect(error.message.length).toBeLessThan(400)
  })
})
