import { composeStrategy, priority } from '@bosun/kernel'

export default composeStrategy({ name: 'priority', order: priority, guarantees: ['work-conserving', 'priority'] })
