import type { Check } from '../finding.ts'

/** Names that a tool or a habit of readers spells with capitals. */
const conventional = /^(README|CONTRIBUTING|CHANGELOG|LICENSE|SKILL|AGENTS|CLAUDE)(\.md)?$/

const kebabCase = /^[._]?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/

/** Files and folders are named in kebab-case; what lies in a fixtures folder is sample data, and vitest names the folder of snapshots. */
export const fileNames: Check = (repository) =>
  [...repository.files.keys()].flatMap((path) => {
    const [named = path] = path.split(/\/(?:fixtures|__snapshots__)\//)
    const bad = named.split('/').find((part) => !kebabCase.test(part) && !conventional.test(part))
    return bad === undefined ? [] : [{ path, message: `"${bad}" is not in kebab-case` }]
  })
