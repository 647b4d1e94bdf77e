/**
 * About how large the program of a pattern becomes: every atom counts one, and what is repeated `{n}`
 * times counts n times. Linear in the text, and asked before anything is compiled, since compiling
 * `((a{10}){10}){10}` is the first thing that such a pattern makes slow.
 *
 * A pattern that is wrong has a size as well; that it is wrong is for its compiler to say.
 */
export function patternSize(pattern: string): number {
  const groups: number[] = []
  let size = 0
  /** Of what a repetition that follows would repeat. */
  let last = 0
  ATOM.lastIndex = 0
  for (let found = ATOM.exec(pattern); found !== null; found = ATOM.exec(pattern)) {
    const [text, least, most] = found
    if (text === '(') {
      groups.push(size)
      size = 0
      last = 0
    } else if (text === ')') {
      last = size
      size += groups.pop() ?? 0
    } else if (least !== undefined) {
      const times = Math.max(1, Number(least), Number(most ?? 0))
      size += last * (times - 1)
      last *= times
    } else {
      last = 1
      size += 1
    }
  }
  return size
}

/** An escape, a class, a counted repetition, or any other character: each is found in one step. */
const ATOM = /\\[\s\S]?|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]?|\{(\d{1,9})(?:,(\d{0,9}))?\}|[\s\S]/g
