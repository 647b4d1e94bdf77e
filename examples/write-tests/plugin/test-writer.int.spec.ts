import { describeWorker } from 'bosun/testing'
import { describe, expect, it } from 'vitest'
import { propertiesOf } from './properties.ts'
import { signatureOf } from './signature.ts'
import { testWriter } from './test-writer.ts'

describeWorker(testWriter, { plugin: import.meta.dirname })

const titles = (name: string, declaration: string, siblings: readonly string[] = []) =>
  propertiesOf(signatureOf(name, `export declare function ${declaration};`), siblings).map(({ title }) => title)

describe('what is stated of a function', () => {
  it('follows from its types: what it returns, and that elements of any type are not made up', () => {
    expect(titles('pick', 'pick<T>(list: readonly T[], count: number): T[]')).toEqual([
      'pick gives a list, whatever it is given',
      'pick gives the same again, and leaves what it is given as it was',
      'pick makes up no element',
    ])
    // With a function that makes elements, it may.
    expect(titles('make', 'make<T>(list: readonly T[], next: (one: T) => T): T[]')).toEqual([
      'make gives a list, whatever it is given',
      'make gives the same again',
    ])
  })

  it('follows from its name: what is undone, what is done once, what makes a whole', () => {
    expect(titles('escape', 'escape(text: string): string', ['unescape'])).toContain('unescape undoes escape')
    expect(titles('escape', 'escape(text: string): string')).toHaveLength(2)
    expect(titles('camelCase', 'camelCase(text: string): string')).toContain(
      'camelCase changes nothing the second time',
    )
    expect(titles('drop', 'drop<T>(list: readonly T[], count: number): T[]', ['take'])).toContain(
      'drop and take take a list apart',
    )
  })
})

describe('a function whose inputs cannot be made', () => {
  it.each([
    ['later', 'later(): Promise<string>', 'a promise'],
    ['keyed', 'keyed<T extends object>(one: T): string', 'one: T'],
    ['dated', 'dated(map: Map<string, Date>): string', 'map: Map<string, Date>'],
    ['other', 'another(): void', 'exports no function of its name'],
  ])('is refused with the reason: %s', (name, declaration, reason) => {
    expect(() => signatureOf(name, `export declare function ${declaration};`)).toThrow(reason)
  })
})
