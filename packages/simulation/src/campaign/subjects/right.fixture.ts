import { composeStrategy } from '@bosun/kernel'
import type { CheckOptions } from '../../subject/check-options.ts'

export default composeStrategy({ name: 'right' })

export const check: CheckOptions = { scope: { tasksMax: 3 } }
