/**
 * Merges values pairwise in a balanced tree, in the order in which they come: as many merges as a plain
 * fold, but each value takes part in few of them, which matters when merging costs as much as its parts
 * are large. Keeps one value per level.
 */
export class MergeTree<A> {
  readonly #merge: (left: A, right: A) => A
  /** Subtrees, the largest first; no two are of the same height. */
  readonly #subtrees: { readonly height: number; readonly value: A }[] = []

  /** @param merge associative; must leave its arguments as they are */
  constructor(merge: (left: A, right: A) => A) {
    this.#merge = merge
  }

  push(leaf: A): void {
    let subtree = { height: 0, value: leaf }
    for (let left = this.#subtrees.at(-1); left?.height === subtree.height; left = this.#subtrees.at(-1)) {
      this.#subtrees.pop()
      subtree = { height: left.height + 1, value: this.#merge(left.value, subtree.value) }
    }
    this.#subtrees.push(subtree)
  }

  /** All that was pushed, merged; `undefined` before the first. */
  get value(): A | undefined {
    if (this.#subtrees.length === 0) return undefined
    return this.#subtrees.map(({ value }) => value).reduceRight((right, left) => this.#merge(left, right))
  }
}
