import { BosunError } from '@bosun/core'
import { runGit } from '@bosun/sdk'

const GIT_MIN = [2, 38] as const

/** What of the repository of a workspace its worktrees are made from. */
export interface GitWorkspace {
  /** Real path of the top folder of the repository; the workspace, or one above it. */
  readonly top: string
  /** Its git folder, the one that all of its worktrees share. */
  readonly common: string
  readonly head: string
  /** What the paths of the workspace begin with in its commits: nothing, or `folder/`. */
  readonly prefix: string
  /** `sha1` or `sha256`. */
  readonly format: string
}

/**
 * Looks whether a workspace can be worked on with git, and reads what it is. Changes nothing there.
 *
 * @throws GIT_UNAVAILABLE naming what is missing
 */
export async function gitWorkspace(workspace: string): Promise<GitWorkspace> {
  const refuse = (received: string, cause?: unknown) =>
    new BosunError('GIT_UNAVAILABLE', { at: workspace, received, ...(cause === undefined ? {} : { cause }) })
  const version = /(\d+)\.(\d+)/.exec(await text(['version'], '/'))
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])]
  if (major < GIT_MIN[0] || (major === GIT_MIN[0] && minor < GIT_MIN[1])) throw refuse(`git ${version?.[0]}`)
  const wanted = ['--show-toplevel', '--git-common-dir', '--show-object-format', '--show-prefix']
  const words = ['rev-parse', '--path-format=absolute', ...wanted]
  let lines: string[]
  try {
    lines = (await text(words, workspace)).split('\n')
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error)
  }
  const [top = '', common = '', format = '', prefix = ''] = lines
  try {
    return { top, common, format, prefix, head: await text(['rev-parse', '--verify', 'HEAD^{commit}'], workspace) }
  } catch (error) {
    throw refuse('a repository without a commit', error)
  }
}

async function text(args: readonly string[], cwd: string): Promise<string> {
  return (await runGit(args, { cwd })).output.toString('utf8').trimEnd()
}
