import { layersBelow } from './checks/layer-boundaries.ts'
import type { Check } from './finding.ts'
import {
  everySpecMayImport,
  folderRules,
  foldersThatNamePlugins,
  importTypesOnly,
  managerPluginsMayImport,
  neverImport,
  rows,
} from './layers.ts'

export const layersPagePath = 'docs/layers.md'

/** The layer table as a page of the documentation. */
export function layersPage(): string {
  return [
    '# Layers',
    '',
    'Drawn by `npm run layers` from `tools/tidy/src/layers.ts`; edit that file, not this one.',
    '',
    'The lowest layer comes last. A package imports what stands below it and, in its own row,',
    'what stands to its right.',
    '',
    ...drawing(),
    '',
    ...table(
      ['package', 'is', 'may import'],
      rows
        .toReversed()
        .flat()
        .map(({ name, purpose }) => [code(name), purpose, list(layersBelow(name))]),
    ),
    '',
    '## Outside the rows',
    '',
    ...table(
      ['folder', 'holds', 'may import', 'its specs besides'],
      folderRules.map(({ folder, purpose, mayImport, specsMayImport }) => [
        code(`${folder}/`),
        purpose,
        list(mayImport),
        list(specsMayImport),
      ]),
    ),
    '',
    `Plugins are named only in ${list(foldersThatNamePlugins.map((folder) => `${folder}/`))}. ` +
      `A plugin that ships a manager may import ${list(managerPluginsMayImport)}. ` +
      `Every spec may import ${list(everySpecMayImport)}.`,
    '',
    '## Third-party code',
    '',
    ...table(
      ['package', 'never imports', 'imports only types from'],
      rows
        .flat()
        .filter(({ name }) => name in neverImport || name in importTypesOnly)
        .map(({ name }) => [code(name), list(neverImport[name] ?? []), list(importTypesOnly[name] ?? [])]),
    ),
    '',
  ].join('\n')
}

/** The committed page says what the table says. */
export const layersPageIsCurrent: Check = (repository) =>
  repository.files.get(layersPagePath) === layersPage()
    ? []
    : [{ path: layersPagePath, message: 'is not what `npm run layers` writes; run it' }]

// ---------------------------------------------------------------------------------------------

function drawing(): string[] {
  const lines = rows.toReversed().map((row) => row.map(({ name }) => name).join(' → '))
  return ['```', ...lines.flatMap((line, index) => (index === 0 ? [line] : ['  ↓', line])), '```']
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`)
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map(code).join(', ')
}

function code(text: string): string {
  return `\`${text}\``
}
