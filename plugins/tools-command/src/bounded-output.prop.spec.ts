import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedOutput } from './bounded-output.ts'

function outputOf(bytesMax: number, chunks: readonly Uint8Array[]): BoundedOutput {
  const output = new BoundedOutput(bytesMax)
  for (const chunk of chunks) output.push(Buffer.from(chunk))
  return output
}

describe('a bounded output', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 })

  const texts = fc.string({ unit: fc.constantFrom('a', '\0', 'ä', '€', '\ufeff', '😀'), maxLength: 40 })

  it('H23: is the whole text while it fits, else its beginning, a line that counts the rest, and its end', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 8, max: 100 }), (parts, bytesMax) => {
        const ascii = parts.map((part) => part.map((byte) => 0x61 + (byte % 26)))
        const all = Buffer.concat(ascii).toString()
        const output = outputOf(bytesMax, ascii)
        const half = Math.ceil(bytesMax / 2)
        const rest = all.length - bytesMax
        expect(output.bytes).toBe(all.length)
        expect(output.isTruncated).toBe(rest > 0)
        expect(output.text()).toBe(
          rest > 0 ? `${all.slice(0, half)}\n[… ${rest} bytes left out …]\n${all.slice(half - bytesMax)}` : all,
        )
      }),
    )
  })

  it('cuts between characters, and is a well-formed text whatever is written', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 40 }), (text, bytesMax) => {
        const bytes = Buffer.from(text)
        const output = outputOf(bytesMax, [bytes])
        const shown = output.text()
        expect(shown.isWellFormed()).toBe(true)
        if (!output.isTruncated) return
        const [first = '', last = ''] = shown.split(/\n\[… \d+ bytes left out …\]\n/)
        expect(bytes.subarray(0, Buffer.byteLength(first)).toString()).toBe(first)
        expect(text.endsWith(last)).toBe(true)
      }),
    )
    expect(
      outputOf(8, [new Uint8Array(20).fill(0xff)])
        .text()
        .isWellFormed(),
    ).toBe(true)
  })
})
