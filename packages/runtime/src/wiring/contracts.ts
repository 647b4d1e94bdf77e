import {
  Clock,
  HeartbeatMonitor,
  Journal,
  Manager,
  ModelRegistry,
  Planner,
  Random,
  ResultQueue,
  Signals,
  Strategy,
  TaskQueue,
  Telemetry,
  ToolGateway,
  Worker,
} from '@bosun/core'
import type { ServiceIdentifier } from 'inversify'
import { RunQueue } from '../queue/run-queue.ts'
import { OutputPublisher, WorkerSide } from '../run/run-ports.ts'
import { ToolHandlers } from './plugins.ts'

/** Contracts that every container has to bind. */
export const REQUIRED: readonly ServiceIdentifier[] = [
  Clock,
  Random,
  Journal,
  TaskQueue,
  RunQueue,
  ResultQueue,
  Signals,
  HeartbeatMonitor,
  ToolGateway,
  ModelRegistry,
  OutputPublisher,
  WorkerSide,
]

/** Contracts that any number of modules may bind; all of them count. */
export const MANY: ReadonlySet<ServiceIdentifier> = new Set<ServiceIdentifier>([
  Worker,
  Manager,
  Planner,
  Strategy,
  Telemetry,
  ToolHandlers,
])
