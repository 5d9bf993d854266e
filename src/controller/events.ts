/** The object that an Event is about. */
export interface Regarding {
  readonly apiVersion: string
  readonly kind: string
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** What `kubectl describe` shows below an object. */
export interface ObjectEvent {
  readonly regarding: Regarding
  readonly type: 'Normal' | 'Warning'
  /** Why, as one CamelCase word that programs may look for. */
  readonly reason: string
  /** What was done or not done, as one CamelCase word. */
  readonly action: string
  /** For people. The same words for the same state: Events that say the same are one Event. */
  readonly note: string
}

/** Tells people at the objects themselves. Best effort: nothing waits for it, and no failure of it reaches the caller. */
export interface EventRecorder {
  record(event: ObjectEvent): void
  /** Ends when everything that was recorded until now has been sent, or given up. */
  flush(): Promise<void>
}
