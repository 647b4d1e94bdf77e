/** Colours of a terminal, or none. */
export interface Paint {
  readonly wrong: (text: string) => string
  readonly fault: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

/** Paints with the ANSI colours that every terminal theme defines, or leaves the text as it is. */
export function paintFor(color: boolean): Paint {
  const ansi = (begin: number, end: number) => (text: string) =>
    color && text !== '' ? `\u001B[${begin}m${text}\u001B[${end}m` : text
  return { wrong: ansi(31, 39), fault: ansi(33, 39), dim: ansi(2, 22), bold: ansi(1, 22) }
}
