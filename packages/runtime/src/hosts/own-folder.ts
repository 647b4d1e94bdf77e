import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of our own package: the host's program is in it, and the packages of Bosun are seen from it. */
export const OWN_FOLDER = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))
