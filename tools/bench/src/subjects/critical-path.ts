import { composeStrategy, criticalPath } from '@bosun/kernel'

export default composeStrategy({ name: 'critical-path', order: criticalPath })
