import { Session } from 'node:inspector'
import { fileURLToPath } from 'node:url'
import { isOwnPlace } from './user-place.ts'

/** Where a thread is. */
export interface ThreadPlace {
  /** `/path/strategy.ts:12:5`. */
  readonly at: string
  /** The function, `orderKey`, or what stands for one without a name. */
  readonly name: string
}

/** How long the debugger may take; a thread that waits for the machine never answers. */
const ANSWER_MS_MAX = 2_000
/** Steps until user code is met; a loop may spend most of its time in code of ours. */
const LOOKS_MAX = 1_000
const UNNAMED = 'a function without a name'

/**
 * Where the thread of this name is right now, however busy: the innermost line of user code, or the
 * innermost of ours when none is found. `undefined` when the thread does not answer.
 *
 * Asks the debugger of the platform, without a port; that works from the main thread alone.
 */
export function placeOfThread(name: string): Promise<ThreadPlace | undefined> {
  const { promise, resolve } = Promise.withResolvers<ThreadPlace | undefined>()
  const session = new Session()
  let last: ThreadPlace | undefined
  let looks = 0
  let isFound = false
  // A thread that stands in the debugger is let go first; one that does not answer never stood there.
  const soon = setTimeout(() => (isFound = true), ANSWER_MS_MAX)
  const late = setTimeout(() => resolve(last), 2 * ANSWER_MS_MAX)
  session.connect()
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    if (!workerInfo.title.endsWith(name)) return
    const ask = asker(session, sessionId)
    const files = new Map<string, string>()
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      if (params.sessionId !== sessionId) return
      const told = JSON.parse(params.message) as DebuggerEvent
      if (told.method === 'Debugger.scriptParsed') files.set(told.params.scriptId, told.params.url)
      // Not before: a thread that is ended while it stands in the debugger never ends.
      if (told.method === 'Debugger.resumed' && isFound) resolve(last)
      if (told.method !== 'Debugger.paused') return
      const places = told.params.callFrames.flatMap((frame) => placeOf(frame, files))
      const user = places.find(({ at }) => !isOwnPlace(at))
      last = user ?? last ?? places[0]
      isFound ||= user !== undefined || (looks += 1) >= LOOKS_MAX
      // A step into the next call, not a second pause: one that arrives before the thread goes on is lost.
      ask(isFound ? 'Debugger.resume' : 'Debugger.stepInto')
    })
    ask('Debugger.enable')
    ask('Debugger.pause')
  })
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) => {
    if (error !== null) resolve(undefined)
  })
  return promise.finally(() => {
    clearTimeout(soon)
    clearTimeout(late)
    session.disconnect()
  })
}

// Private

type DebuggerEvent =
  | { readonly method: 'Debugger.scriptParsed'; readonly params: { readonly scriptId: string; readonly url: string } }
  | { readonly method: 'Debugger.paused'; readonly params: { readonly callFrames: readonly CallFrame[] } }
  | { readonly method: 'Debugger.resumed' }

interface CallFrame {
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number }
}

function asker(session: Session, sessionId: string): (method: string) => void {
  let id = 0
  return (method) => {
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: (id += 1), method }) })
  }
}

/** Lines and columns of the debugger begin at 0. Frames of the platform have no file. */
function placeOf({ functionName, location }: CallFrame, files: ReadonlyMap<string, string>): readonly ThreadPlace[] {
  const file = files.get(location.scriptId)
  if (file?.startsWith('file://') !== true) return []
  const at = `${fileURLToPath(file)}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`
  return [{ at, name: functionName === '' ? UNNAMED : `${functionName}()` }]
}
