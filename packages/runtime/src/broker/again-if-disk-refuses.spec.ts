import { FileError } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { againIfDiskRefuses } from './again-if-disk-refuses.ts'

function failing(times: number, error: Error) {
  const calls: number[] = []
  const work = async () => {
    calls.push(calls.length)
    if (calls.length <= times) throw error
    return 'done'
  }
  return { calls, work }
}

const refused = new FileError('FILE_IO', { at: 'out/a', summary: 'The operating system answered EIO.' })

it('P2: does again what the disk has refused once', async () => {
  const { calls, work } = failing(1, refused)
  expect(await againIfDiskRefuses(work)).toBe('done')
  expect(calls).toHaveLength(2)
})

it('P2: gives up when the disk refuses it over and over', async () => {
  const { calls, work } = failing(99, refused)
  await expect(againIfDiskRefuses(work)).rejects.toBe(refused)
  expect(calls).toHaveLength(4)
})

it.each([
  ['a path that is taken', new FileError('FILE_NOT_REGULAR', { at: 'out/a', summary: 'This is a folder.' })],
  ['a defect', new TypeError('x is not a function')],
])('does nothing twice because of %s', async (_, error) => {
  const { calls, work } = failing(1, error)
  await expect(againIfDiskRefuses(work)).rejects.toBe(error)
  expect(calls).toHaveLength(1)
})
