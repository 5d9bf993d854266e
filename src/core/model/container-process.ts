/** What a container is started with, as far as its object shows it. */
export interface ContainerProcess {
  readonly container: string
  /** `command`, then `args`. What the image itself has is not known. */
  readonly words: readonly string[]
  /** Without `command` the image's own program gets `args`. */
  readonly hasCommand: boolean
  /** `env`, the last of a name; null where the value stands elsewhere (`valueFrom`). */
  readonly variables: ReadonlyMap<string, string | null>
  /** It declares ports. */
  readonly hasPorts: boolean
  /** An init container with `restartPolicy: Always`: the kubelet stops it after the others. */
  readonly isSidecar: boolean
}
