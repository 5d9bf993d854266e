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
  /** Why, as one CamelCase word that programs may match. */
  readonly reason: string
  /** The action taken or not taken, as one CamelCase word. */
  readonly action: string
  /** For users. The same text for the same state: Events with the same text are one Event. */
  readonly note: string
}

/** Reports to users on the objects themselves. Best effort: callers neither wait for it nor see its failures. */
export interface EventRecorder {
  record(event: ObjectEvent): void
  /** Resolves once everything recorded so far has been sent or given up. */
  flush(): Promise<void>
}
