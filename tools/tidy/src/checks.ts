import { declaredDependencies } from './checks/declared-dependencies.ts'
import { entryFiles } from './checks/entry-files.ts'
import { fileNames } from './checks/file-names.ts'
import { importCycles } from './checks/import-cycles.ts'
import { layerBoundaries } from './checks/layer-boundaries.ts'
import { namedRooms } from './checks/named-rooms.ts'
import { placesOutside } from './checks/places-outside.ts'
import { projectReferences } from './checks/project-references.ts'
import type { Check } from './finding.ts'
import { layersPageIsCurrent } from './layers-page.ts'
import { requirementsAreShown } from './requirements-page.ts'

/** Every check of the repository, by the name under which it reports. */
export const checks: Readonly<Record<string, Check>> = {
  'layer-boundaries': layerBoundaries,
  'import-cycles': importCycles,
  'entry-files': entryFiles,
  'file-names': fileNames,
  'named-rooms': namedRooms,
  'places-outside': placesOutside,
  'declared-dependencies': declaredDependencies,
  'project-references': projectReferences,
  'layers-page': layersPageIsCurrent,
  requirements: requirementsAreShown,
}
