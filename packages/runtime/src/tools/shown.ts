const SHOWN_LENGTH_MAX = 200

/** Text of a stranger for a message: no control bytes or invisible marks, bounded. */
export function shown(text: string, lengthMax: number = SHOWN_LENGTH_MAX): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?')
  return plain.length > lengthMax ? `${plain.slice(0, lengthMax)}…` : plain
}
