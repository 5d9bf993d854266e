/**
 * Hostile input as a tenant can make it: objects of the tenant's own namespaces, each within what an API server stores,
 * and templates whose admission is asked for. What they may cost is their size, and nobody else anything.
 */
export interface Attack {
  readonly name: string
  /** What the size counts, for a sentence. */
  readonly counts: string
  /**
   * The size of the hostile run: near the API server's limits for a single object (256 KiB of annotations, 1.5 MiB
   * stored); for many objects a choice, as many as are made within seconds.
   */
  readonly largest: number
  readonly objects: (size: number, place: Place) => readonly RawObject[]
  /** The Pods that are asked about. Default: those with `app: web`. */
  readonly template?: (size: number) => PodTemplate
}

/** The namespaces of the tenant, and one of somebody else's, where a Service `web` is. */
export interface Place {
  readonly namespace: string
  readonly other: string
  readonly neighbor: string
}

/** As a client sends it. */
export interface RawObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly annotations?: Texts
    readonly labels?: Texts
  }
  readonly [field: string]: unknown
}

export type Texts = Readonly<Record<string, string>>

export interface PodTemplate {
  readonly metadata: { readonly labels: Texts; readonly annotations?: Texts }
  readonly spec: { readonly containers: readonly object[] }
}

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

/** One attack that is all of these at once, each at the same size. */
export const together = (
  name: string,
  { counts, largest }: Pick<Attack, 'counts' | 'largest'>,
  attacks: readonly Attack[],
): Attack => ({
  name,
  counts,
  largest,
  objects: (size, place) => attacks.flatMap(({ objects }) => objects(size, place)),
})
