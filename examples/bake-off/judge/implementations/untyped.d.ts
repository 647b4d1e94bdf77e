// What is used of packages that bring no types.

declare module 'glob-to-regexp' {
  export default function globToRegexp(pattern: string, options: { extended: boolean; globstar: boolean }): RegExp
}

declare module 'globrex' {
  export default function globrex(
    pattern: string,
    options: { extended: boolean; globstar: boolean; filepath: boolean },
  ): { readonly path: { readonly regex: RegExp } }
}

declare module 'micromatch' {
  const micromatch: {
    matcher(pattern: string, options: { posix: boolean; nonegate: boolean }): (path: string) => boolean
  }
  export default micromatch
}

declare module 'picomatch' {
  export default function picomatch(
    pattern: string,
    options: { posix: boolean; nonegate: boolean },
  ): (path: string) => boolean
}
