import type { Check, Finding } from '../finding.ts'

/**
 * The README of a package names each folder of its sources, and none that is not there: a person new to a
 * package finds the room for a change in that table. A package with a single folder, or none, needs no table.
 */
export const namedRooms: Check = (repository) =>
  repository.packages.flatMap(({ folder }): Finding[] => {
    const rooms = new Set(
      Array.from(repository.files.keys()).flatMap((path) => {
        const [room, ...rest] = path.startsWith(`${folder}/src/`) ? path.slice(folder.length + 5).split('/') : []
        return room === undefined || rest.length === 0 ? [] : [room]
      }),
    )
    const path = `${folder}/README.md`
    const page = repository.files.get(path) ?? ''
    const named = Array.from(page.matchAll(/^\| `([\w-]+)` +\|/gm), ([, room = '']) => room)
    if (rooms.size < 2 && named.length === 0) return []
    return [
      ...Array.from(rooms)
        .filter((room) => !named.includes(room))
        .map((room) => ({ path, message: `no row says what lives in src/${room}` })),
      ...named.filter((room) => !rooms.has(room)).map((room) => ({ path, message: `there is no folder src/${room}` })),
    ]
  })
