import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { MachineCheck } from './engine.ts'

const run = promisify(execFile)
const NODE_MAJOR_MIN = 24

/** What this machine has of what runs need, without the engine. */
export async function checkMachine(): Promise<readonly MachineCheck[]> {
  return [nodeCheck(), permissionCheck(), sqliteCheck(), await sandboxCheck()]
}

// ---------------------------------------------------------------------------------------------

function nodeCheck(): MachineCheck {
  const detail = `${process.version} on ${process.platform} ${process.arch}`
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) return { name: 'node', state: 'ok', detail }
  return { name: 'node', state: 'broken', detail, fix: `Install Node ${NODE_MAJOR_MIN} or newer.` }
}

/** Hosts run under the permission model; a Node without its flag would start them with all rights. */
function permissionCheck(): MachineCheck {
  if (process.allowedNodeEnvironmentFlags.has('--permission')) {
    return {
      name: 'permission model',
      state: 'ok',
      detail: 'hosts read code only, and write, spawn and connect nothing',
    }
  }
  return { name: 'permission model', state: 'broken', detail: 'this Node has none', fix: 'Install a newer Node.' }
}

function sqliteCheck(): MachineCheck {
  const version = process.versions.sqlite
  if (version === undefined) {
    return { name: 'sqlite', state: 'broken', detail: 'this Node has none', fix: 'Install a Node with node:sqlite.' }
  }
  return { name: 'sqlite', state: 'ok', detail: version }
}

/** Tried, not looked up: bubblewrap may be there and still not be allowed to make namespaces. */
async function sandboxCheck(): Promise<MachineCheck> {
  const without = 'hosts run without a namespace of their own: they could signal other processes of this user'
  if (process.platform !== 'linux') {
    return { name: 'sandbox', state: 'missing', detail: `bubblewrap is for Linux; ${without}` }
  }
  const flags = [
    '--unshare-pid',
    '--unshare-net',
    '--die-with-parent',
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
  ]
  try {
    await run('bwrap', [...flags, 'true'], { timeout: 5000 })
    return { name: 'sandbox', state: 'ok', detail: 'bubblewrap, with namespaces for processes and network' }
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const why = isAbsent ? 'bubblewrap is not installed' : 'bubblewrap is there but cannot make namespaces here'
    return {
      name: 'sandbox',
      state: 'missing',
      detail: `${why}; ${without}`,
      fix: isAbsent
        ? 'Install bubblewrap (apt-get install bubblewrap).'
        : 'Allow unprivileged user namespaces, or run outside of this container.',
    }
  }
}
