const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size as people read it: `512 B`, `4.0 KiB`, `1.3 GiB`. */
export function bytes(count: number): string {
  const step = count < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(count) / 10))
  return step === 0 ? `${count} B` : `${(count / 1024 ** step).toFixed(1)} ${UNITS[step]}`
}
