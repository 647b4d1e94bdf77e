import { posix } from 'node:path'

const LANGUAGES: Readonly<Record<string, SourceLanguage>> = {
  '.ts': 'TypeScript',
  '.mts': 'TypeScript',
  '.cts': 'TypeScript',
  '.tsx': 'Tsx',
  '.js': 'JavaScript',
  '.mjs': 'JavaScript',
  '.cjs': 'JavaScript',
  '.jsx': 'JavaScript',
}

/** The name of a grammar of ast-grep. */
export type SourceLanguage = 'TypeScript' | 'Tsx' | 'JavaScript'

/** The language of a file by the end of its name; undefined for what is no JavaScript or TypeScript. */
export function languageOf(path: string): SourceLanguage | undefined {
  return LANGUAGES[posix.extname(path)]
}

/** For people: what `languageOf` knows. */
export const SOURCE_ENDINGS: string = Object.keys(LANGUAGES).join(', ')
