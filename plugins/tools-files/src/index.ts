export {
  LIST_ENTRIES_DEFAULT,
  LIST_ENTRIES_MAX,
  READ_BYTES_DEFAULT,
  READ_BYTES_MAX,
  WRITE_BYTES_DEFAULT,
  WRITE_BYTES_MAX,
} from './byte-limit.ts'
export { FileError, type FileErrorCode, type FileErrorDetail } from './file-error.ts'
export { listFolder, type ListEntry, type ListRequest } from './list-folder.ts'
export {
  parseFolderPath,
  parseRelativePath,
  PATH_BYTES_MAX,
  SEGMENT_BYTES_MAX,
  type RelativePath,
} from './parse-relative-path.ts'
export { PROTECTED_NAMES } from './protected-names.ts'
export { publish, type PublishedFile, type PublishRequest, type PublishStep } from './publish.ts'
export { readFile, type FileEncoding, type ReadRequest, type ReadResult } from './read-file.ts'
export { Roots, type Layer, type Location, type RootsOptions } from './roots.ts'
export { RootFolder, type RootFolderOptions } from './root-folder.ts'
export { stagedFiles, type StagedFile, type StagedFiles, type StagedFilesOptions } from './staged-files.ts'
export { writeFile, type WriteRequest, type WriteResult } from './write-file.ts'
