import { composeStrategy } from '@bosun/kernel'

setTimeout(() => explode(), 1)

export default composeStrategy({ name: 'exploding' })

function explode(): never {
  throw new Error('too late to catch')
}
