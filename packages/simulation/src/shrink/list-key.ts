import type { ChoiceList } from '../choices/choices.ts'

/** A text that is equal for equal lists. */
export function listKey(choices: ChoiceList): string {
  let key = ''
  for (const { label, site, value } of choices) key += `${label} ${site[0]} ${site[1]} ${site[2]} ${value};`
  return key
}
