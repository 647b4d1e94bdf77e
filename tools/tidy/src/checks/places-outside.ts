import type { Check, Finding } from '../finding.ts'

interface ForbiddenText {
  readonly pattern: RegExp
  readonly because: string
  /** The file that exists to know this place. */
  readonly except?: string
}

const forbidden: readonly ForbiddenText[] = [
  {
    pattern: /registry\.(npmjs|yarnpkg|npmmirror)\.\w+|https?:\/\/[^\s"'/]*(registry|artifactory)/,
    because: "names the host of a package registry, which is each machine's own choice",
  },
  {
    pattern: /(?<![\w.$}\])-])\/(work|home\/\w+|Users\/\w+|root\/\w+)\//,
    because: 'names an absolute path of one machine',
  },
  {
    pattern: /\.\.\/shared\b/,
    because: 'names a folder outside the repository; use corpusPath from @bosun/corpora',
    except: 'tools/corpora/src/corpora.ts',
  },
]

/** A clone has to work anywhere, so no file names a place that only one machine has. */
export const placesOutside: Check = (repository) =>
  [...repository.files].flatMap(([path, text]) =>
    forbidden.flatMap(({ pattern, because, except }): Finding[] => {
      if (path === except || !pattern.test(text)) return []
      return text
        .split('\n')
        .flatMap((content, index) => (pattern.test(content) ? [{ path, line: index + 1, message: because }] : []))
    }),
  )
