import { composeStrategy, fifo } from '@bosun/kernel'

export default composeStrategy({ name: 'fifo', order: fifo })
