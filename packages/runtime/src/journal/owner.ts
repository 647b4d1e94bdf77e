import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import process from 'node:process'
import type { Owner } from '@bosun/core'

/**
 * Who manages a run, and whether that process still lives.
 *
 * A process id alone proves nothing: ids are used again, after a reboot for certain. The boot id and
 * the start time of the process make it unique, so that a dead manager is taken over at once and a
 * living one never.
 */

/** This process, as the owner of a run. */
export function thisProcess(): Owner {
  return ownerOfProcess(process.pid)
}

/** A process of this machine as an owner; when there is none, one that is not alive. */
export function ownerOfProcess(pid: number): Owner {
  return { pid, bootId: bootId(), startTime: startTimeOf(pid) ?? '' }
}

/** Whether the very process that `owner` names still runs on this boot of this machine. */
export function isAlive(owner: Owner): boolean {
  if (owner.bootId !== bootId()) return false
  const startTime = startTimeOf(owner.pid)
  return startTime !== undefined && startTime === owner.startTime
}

/** Whether two owners are one process. */
export function isSameOwner(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.bootId === b.bootId && a.startTime === b.startTime
}

// ------------------------------------------------------------------------------------------------

let boot: string | undefined

/** Linux names each boot; elsewhere the name of the machine has to do, and a reboot ends all processes anyway. */
function bootId(): string {
  boot ??= readText('/proc/sys/kernel/random/boot_id')?.trim() ?? hostname()
  return boot
}

/** The start time of a running process in the machine's own words, or nothing when there is no such process. */
function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStartTime(pid)
  return process.platform === 'win32' ? anyStartTime(pid) : posixStartTime(pid)
}

/** Field 22 of /proc/PID/stat. The second field is a name that may hold blanks, so counting starts after its bracket. */
function linuxStartTime(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; only its parent has not looked yet.
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

function posixStartTime(pid: number): string | undefined {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return started === '' ? undefined : started
  } catch {
    return undefined
  }
}

/** No start time to be had without a native call: the process id alone decides. */
function anyStartTime(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
    return 'unknown'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'unknown' : undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
