import { app } from './shop.ts'

/** What people write into a manifest about a Pod's end, behind an ALB with ip targets at its defaults: S = 45, A = 30. */
export interface Variant {
  readonly name: string
  readonly grace?: number
  readonly preStop?: Readonly<Record<string, unknown>>
  /** What is stored of it: our sleep in seconds, and the grace period. */
  readonly stored: { readonly sleep: number | undefined; readonly grace: number }
}

export const VARIANTS: readonly Variant[] = [
  // 45 + 30
  { name: 'no grace stated', stored: { sleep: 45, grace: 75 } },
  // 30 < 45: the template is left alone
  { name: 'a grace stated below the sleep', grace: 30, stored: { sleep: undefined, grace: 30 } },
  // A is all that it had, 60: 45 + 60
  { name: 'a grace stated above the sleep', grace: 60, stored: { sleep: 45, grace: 105 } },
  // The only hook is the user's, and 10 < 30, which is the default of the API
  {
    name: 'a hook of its own',
    preStop: { exec: { command: ['sleep', '10'] } },
    stored: { sleep: undefined, grace: 30 },
  },
]

export function variantNamed(name: string): Variant {
  const found = VARIANTS.find((variant) => variant.name === name)
  if (found === undefined) throw new Error(`no variant ${name}`)
  return found
}

/**
 * A Helm install and a `kubectl create` leave no word of what the manifest states: a grace of 30 is then taken for the
 * default of the API, until a request lowers what we raised.
 */
export const withoutSource = (variant: Variant): Variant =>
  variant.grace === 30 ? { ...variant, stored: { sleep: 45, grace: 75 } } : variant

type Values = Readonly<Record<string, string>>

export interface Change {
  readonly image?: string
  /** Of the template. */
  readonly annotations?: Values
  readonly environment?: Values
  readonly replicas?: number
}

type App = ReturnType<typeof app>
type Container = App['spec']['template']['spec']['containers'][number]

/** Without replicas unless they are given: then nobody needs a node for what is only counted. */
export function manifestOf({ grace, preStop }: Variant, change: Change = {}) {
  const { image, annotations, environment, replicas = 0 } = change
  const base = app({
    replicas,
    ...(image === undefined ? {} : { image }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(grace === undefined ? {} : { pod: { terminationGracePeriodSeconds: grace } }),
  })
  const container = ([first]: readonly Container[]) => ({
    ...first,
    ...(preStop === undefined ? {} : { lifecycle: { preStop } }),
    ...(environment === undefined
      ? {}
      : { env: Object.entries(environment).map(([name, value]) => ({ name, value })) }),
  })
  const { template } = base.spec
  const { containers } = template.spec
  return {
    ...base,
    spec: {
      ...base.spec,
      template: { ...template, spec: { ...template.spec, containers: [container(containers)] } },
    },
  }
}

export type Manifest = ReturnType<typeof manifestOf>
