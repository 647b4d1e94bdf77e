/** One promise of a contract, and how it is put to the proof. */
export interface KitPromise<S> {
  readonly title: string
  /** Fails when the subject breaks it. */
  prove(subject: S): Promise<void> | void
}
