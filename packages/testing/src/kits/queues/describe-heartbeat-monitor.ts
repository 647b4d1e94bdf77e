import type { HeartbeatMonitor } from '@bosun/core'
import { declarePromises } from '../declare-promises.ts'
import { heartbeatMonitorPromises } from './heartbeat-monitor-promises.ts'

/**
 * Declares the tests of a source of beats: one for each promise of the contract, each on one of its own.
 *
 * @param open makes one that nobody watches
 * @example
 * describeHeartbeatMonitor('InProcessHeartbeatMonitor', () => new InProcessHeartbeatMonitor())
 */
export function describeHeartbeatMonitor(name: string, open: () => Promise<HeartbeatMonitor> | HeartbeatMonitor): void {
  declarePromises(`${name} keeps the promises of a heartbeat monitor`, heartbeatMonitorPromises, open)
}
