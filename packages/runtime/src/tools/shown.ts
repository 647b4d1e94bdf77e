const SHOWN_LENGTH_MAX = 200

/** Text of a stranger for a message: no control bytes or invisible marks, bounded. */
export function shown(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?')
  return plain.length > SHOWN_LENGTH_MAX ? `${plain.slice(0, SHOWN_LENGTH_MAX)}…` : plain
}
