import { BosunError } from '@bosun/sdk'
import { placeOf } from './source-file.ts'

/** The first place where a text is not the language that the name of its file says. */
export interface SyntaxFault {
  /** `src/a.ts:3:7` */
  readonly place: string
  readonly message: string
}

/**
 * Parses a file with the parser of TypeScript, which takes all of JavaScript and JSX as well.
 *
 * It is loaded by the first call: a quarter of a second that a host pays once.
 */
export async function findSyntaxFault(path: string, text: string): Promise<SyntaxFault | undefined> {
  const { ts } = await import('ts-morph')
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  // Not in the published types, and the only way to what the parser alone found without a whole program.
  const { parseDiagnostics } = parsed as unknown as {
    readonly parseDiagnostics: readonly { readonly start: number; readonly messageText: string }[]
  }
  const [first] = parseDiagnostics
  if (first === undefined) return undefined
  return {
    place: placeOf(path, text, first.start),
    message: ts.flattenDiagnosticMessageText(first.messageText, ' '),
  }
}

/** @throws SOURCE_INVALID with the place when a file cannot be parsed */
export async function checkSource(path: string, text: string): Promise<void> {
  const fault = await findSyntaxFault(path, text)
  if (fault !== undefined) throw new BosunError('SOURCE_INVALID', { at: fault.place, received: fault.message })
}

/** @throws TASK_BODY_INVALID with the place when what an edit left behind cannot be parsed */
export async function checkEdited(path: string, text: string): Promise<void> {
  const fault = await findSyntaxFault(path, text)
  if (fault === undefined) return
  throw new BosunError('TASK_BODY_INVALID', {
    at: fault.place,
    summary: 'The edit would leave a file that cannot be parsed',
    received: fault.message,
    fix: 'Correct what the body puts there; nothing was written.',
  })
}
