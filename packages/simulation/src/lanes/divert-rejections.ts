/**
 * Takes the rejections that nobody handles away from whoever listens to them; returns what gives them
 * back. Without this, a promise that user code dropped would end the process of a whole campaign.
 */
export function divertRejections(take: (reason: unknown) => void): () => void {
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', take)
  return () => {
    process.off('unhandledRejection', take)
    for (const other of others) process.on('unhandledRejection', other)
  }
}
