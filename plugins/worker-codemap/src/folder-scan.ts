import { z } from 'zod'
import type { ExportKind, ModuleExport } from './module-exports.ts'
import type { ImportKind, ModuleImport } from './module-imports.ts'
import type { SourceModule } from './source-module.ts'

/** Something a scan saw and left out on purpose. */
export interface SkippedEntry {
  readonly path: string
  readonly why: string
}

/** What the scan of one folder returns: its own files, and the names of the folders below it. */
export interface FolderScan {
  /** From the root of the scan, with forward slashes; the root itself is `.`. */
  readonly folder: string
  /** One record for each source file directly in the folder. */
  readonly modules: readonly SourceModule[]
  /** Sub-folders to scan, written as `folder` is. */
  readonly folders: readonly string[]
  readonly skipped: readonly SkippedEntry[]
  /** How many files are no source code. */
  readonly otherFiles: number
}

const count = z.int().nonnegative()

const ExportKindSchema: z.ZodType<ExportKind> = z.enum([
  'class',
  'enum',
  'function',
  'interface',
  'namespace',
  're-export',
  'type',
  'value',
  'variable',
])

const ImportKindSchema: z.ZodType<ImportKind> = z.enum(['import', 'type', 'dynamic', 'require', 're-export'])

const ModuleExportSchema: z.ZodType<ModuleExport> = z.strictObject({
  name: z.string(),
  kind: ExportKindSchema,
})

const ModuleImportSchema: z.ZodType<ModuleImport> = z.strictObject({
  from: z.string(),
  kind: ImportKindSchema,
  names: z.array(z.string()).optional(),
})

/** Checks the record of one source file. */
export const SourceModuleSchema: z.ZodType<SourceModule> = z.strictObject({
  path: z.string().min(1),
  bytes: count,
  lines: count,
  exports: z.array(ModuleExportSchema),
  imports: z.array(ModuleImportSchema),
  error: z.strictObject({ message: z.string(), line: count }).optional(),
})

/**
 * Checks what a scan returns. Use it as the output schema of the worker that scans one folder and
 * as part of the input schema of the one that writes the map.
 *
 * @example
 * FolderScanSchema.parse({ folder: ".", modules: [], folders: ["internal"], skipped: [], otherFiles: 2 });
 */
export const FolderScanSchema: z.ZodType<FolderScan> = z.strictObject({
  folder: z.string().min(1),
  modules: z.array(SourceModuleSchema),
  folders: z.array(z.string().min(1)),
  skipped: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  otherFiles: count,
})
