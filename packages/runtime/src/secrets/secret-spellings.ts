/**
 * The texts in which a secret may show: as it is, inside JSON, inside an address, as hexadecimal
 * digits, and as base64, also where other bytes surround it there.
 */
export function secretSpellings(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8')
  const hex = bytes.toString('hex')
  const uri = encodeURIComponent(value.toWellFormed())
  const percent = hex.replace(/../g, '%$&')
  const inJson = escaped(value)
  const base64 = [0, 1, 2].map((offset) => base64Core(bytes, offset))
  return [
    value,
    inJson,
    escaped(inJson),
    uri,
    uri.replaceAll('%20', '+'),
    uri.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent,
    percent.toUpperCase(),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

// ---------------------------------------------------------------------------------------------

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** The digits that the bytes alone decide, when so many other bytes stand before them in their group of three. */
function base64Core(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes])
  const digits = whole.toString('base64').replaceAll('=', '')
  return digits.slice(Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6))
}
