import { hash } from 'node:crypto'
import { join } from 'node:path'

/** Folder of the databases, one per run. */
export const RUNS_FOLDER = 'runs'
export const RUN_FILE_END = '.sqlite'

/**
 * The database of a run. Its name is the run's id wherever that is a plain lower-case name; every
 * other byte is written as `%XX`, so that ids which differ in case only, or hold slashes, stay apart
 * on every file system. An id that is too long for a file name, or no text that can be encoded, is named by
 * its hash; the id itself is in the database.
 */
export function runFile(stateDir: string, run: string): string {
  return join(stateDir, RUNS_FOLDER, `${fileNameOf(run)}${RUN_FILE_END}`)
}

/** The run's id as far as the file name tells; for a file too damaged to ask. */
export function runOfFile(name: string): string {
  const plain = name.slice(0, -RUN_FILE_END.length)
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

/** A short name that is the same for all processes: for the socket of a run. */
export function shortName(run: string): string {
  return hash('sha256', run).slice(0, 16)
}

const NAME_LENGTH_MAX = 160

function fileNameOf(run: string): string {
  const name = Array.from(Buffer.from(run, 'utf8'), (byte, index) => {
    const char = String.fromCodePoint(byte)
    const plain = index === 0 ? /[a-z0-9_]/ : /[a-z0-9._-]/
    return plain.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
  const fits = name !== '' && name.length <= NAME_LENGTH_MAX && run.isWellFormed()
  return fits ? name : `%${hash('sha256', JSON.stringify(run))}`
}
