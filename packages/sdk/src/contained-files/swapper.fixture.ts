import { renameSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/** What the thread is given: places that trade names, and a flag that ends it. */
export interface SwapperData {
  /** First a flag that ends the thread, then its count of swaps. */
  readonly state: SharedArrayBuffer
  /** In each, the folder `swap` makes way for `link` and comes back from `spare`. */
  readonly places: readonly { readonly swap: string; readonly link: string; readonly spare: string }[]
}

let movedAside = 0

/** Swaps each folder for the link and back, as fast as it can, until it is told to stop. */
function swapUntilStopped({ state, places }: SwapperData): void {
  const numbers = new Int32Array(state)
  while (Atomics.load(numbers, 0) === 0) {
    for (const { swap, link, spare } of places) {
      renameOver(swap, spare)
      renameOver(link, swap)
      renameOver(swap, link)
      renameOver(spare, swap)
    }
    Atomics.add(numbers, 1, places.length)
  }
}

/** In the moment between two names a write may have made the folder anew: it is put aside. */
function renameOver(from: string, to: string): void {
  for (;;) {
    try {
      renameSync(from, to)
      return
    } catch {
      movedAside += 1
      renameSync(to, `${to}-aside-${movedAside}`)
    }
  }
}

swapUntilStopped(workerData as SwapperData)
