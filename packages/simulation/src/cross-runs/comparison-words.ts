import type { Choice } from '../choices/choices.ts'

/** What the choices of a comparison are about, by the first number of their site. */
const WORDS = [
  'whether the run is compared with a plainer one',
  'which plainer run it is compared with',
  'in which way the manager dies',
  'the place at which the manager dies',
  'the factor by which time is stretched',
  'from where on a folded kernel decides beside the live one',
]

/** What a choice of a comparison is about; `undefined` for any other choice. */
export function comparisonWords({ label, site }: Pick<Choice, 'label' | 'site'>): string | undefined {
  return label === 'cross' ? WORDS[site[0]] : undefined
}
