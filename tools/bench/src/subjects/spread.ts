import { composeStrategy, leastLoaded, priority } from '@bosun/kernel'

/** The one policy that no built-in strategy has. */
export default composeStrategy({ name: 'spread', order: priority, placement: leastLoaded })
