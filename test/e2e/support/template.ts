import type { StoredObject } from './kubectl.ts'

/** What our work looks like in a stored workload. */
export interface Protection {
  /** Seconds, by container; absent: no native sleep. */
  readonly sleeps: Readonly<Record<string, number | undefined>>
  readonly grace: number | undefined
  readonly recorded: boolean
}

interface Stored {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec?: {
    readonly terminationGracePeriodSeconds?: number
    readonly containers?: readonly {
      readonly name: string
      readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } }
    }[]
  }
}

/** Of the template of a workload, or of a Pod. */
export function protectionOf(object: StoredObject): Protection {
  const spec = object['spec'] as { readonly template?: Stored } | undefined
  const { metadata, spec: pod } = spec?.template ?? (object as Stored)
  const containers = pod?.containers ?? []
  return {
    sleeps: Object.fromEntries(
      containers.map(({ name, lifecycle }) => [name, lifecycle?.preStop?.sleep?.seconds]),
    ),
    grace: pod?.terminationGracePeriodSeconds,
    recorded: metadata?.annotations?.['slackwater.dev/injected'] !== undefined,
  }
}
