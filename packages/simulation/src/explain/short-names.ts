import { printable } from './printable.ts'

/** Characters of a shortened id. */
const NAME_MAX = 22

/** Shows an id; anything that was never named is shown as well. */
export type Name = (id: string) => string

/**
 * Short, printable names for ids. Long ones lose their middle, since ids often differ at both ends;
 * two ids never share a name.
 */
export function shortNames(max: number = NAME_MAX): Name {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  return (id) => {
    const known = names.get(id)
    if (known !== undefined) return known
    const short = shorten(printable(id), max)
    let name = short
    for (let copy = 2; taken.has(name); copy += 1) name = `${short}~${copy}`
    names.set(id, name)
    taken.add(name)
    return name
  }
}

// ---------------------------------------------------------------------------------------------

function shorten(text: string, max: number): string {
  const characters = [...text]
  if (characters.length <= max) return text
  const head = Math.floor((max - 1) / 3)
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - max).join('')}`
}
