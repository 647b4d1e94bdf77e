import { composeStrategy } from '@bosun/kernel'

let asked = 0

/** Goes well for a while, then never comes back. */
export default composeStrategy({
  name: 'endless',
  order: {
    name: 'endless',
    key: () => {
      asked += 1
      return asked > 50 ? spin() : 0
    },
  },
})

function spin(): never {
  for (let count = 0; ; count += 1) Math.sqrt(count)
}
