import { canRedraw, type Terminal } from '../terminal.ts'
import type { Paint } from './paint.ts'
import { Screen } from './screen.ts'

/**
 * A line that says that something is under way, for the second that plugins take to load; only where
 * it can be taken away again.
 *
 * @returns what takes it away; may be called twice
 */
export function startingNotice(text: string, { out, env }: Terminal, paint: Paint): () => void {
  if (!canRedraw(out, env)) return () => undefined
  const screen = new Screen(out)
  screen.draw([paint.dim(text)])
  let isShown = true
  return () => {
    if (isShown) screen.close()
    isShown = false
  }
}
