import { composeStrategy } from '@bosun/kernel'

const ranks = new Map<string, number>()

/** Ranks tasks in the order in which it has first met them, in this schedule or any before. */
export default composeStrategy({
  name: 'remembering',
  order: {
    name: 'remembering',
    key: ({ spec }) => {
      const rank = ranks.get(spec.id) ?? ranks.size
      ranks.set(spec.id, rank)
      return rank % 3
    },
  },
})
