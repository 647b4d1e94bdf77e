import { styleText } from 'node:util'

/** Colours for parts of a line; the plain one leaves all as it is. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
  accent(text: string): string
}

const same = (text: string): string => text

export const plainPaint: Paint = { bold: same, dim: same, good: same, bad: same, warn: same, accent: same }

type Style = Parameters<typeof styleText>[0]
const styled =
  (style: Style) =>
  (text: string): string =>
    text === '' ? '' : styleText(style, text, { validateStream: false })

export const colourPaint: Paint = {
  bold: styled('bold'),
  dim: styled('dim'),
  good: styled('green'),
  bad: styled('red'),
  warn: styled('yellow'),
  accent: styled('cyan'),
}

export function paintFor(colour: boolean): Paint {
  return colour ? colourPaint : plainPaint
}
