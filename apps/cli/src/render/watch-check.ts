import type { CampaignProgress } from '@bosun/simulation'
import { EXIT } from '../exit-codes.ts'
import { canRedraw, type Terminal } from '../terminal.ts'
import { checkProgress } from './check-progress.ts'
import { fitPainted } from './fit.ts'
import type { Paint } from './paint.ts'
import { Screen } from './screen.ts'

/** What a check that is under way tells, and what ends the telling. */
export interface CheckWatch {
  onProgress(progress: CampaignProgress): void
  close(): void
}

/** Shows where a check stands, on a terminal that can take it away again; says nothing elsewhere. */
export function watchCheck(module: string, terminal: Terminal, paint: Paint): CheckWatch {
  const { out, env } = terminal
  if (!canRedraw(out, env)) return { onProgress: () => undefined, close: () => undefined }
  const screen = new Screen(out)
  const since = terminal.now()
  const draw = (progress?: CampaignProgress): void => {
    const lines = checkProgress(module, terminal.now() - since, progress, paint)
    screen.draw(lines.map((line) => fitPainted(line, out.columns)))
  }
  const release = terminal.onInterrupt(() => {
    screen.close()
    terminal.kill(EXIT.cancelled)
  })
  draw()
  return {
    onProgress: draw,
    close() {
      release()
      screen.close()
    },
  }
}
