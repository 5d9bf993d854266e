import { SERVER_IMAGE } from '../cluster/images.ts'
import { stored } from './kubectl.ts'
import { app } from './shop.ts'

/** A Deployment with any containers, and what is stored of its template. */

export interface Container {
  readonly name: string
  readonly lifecycle?: { readonly preStop?: Readonly<Record<string, unknown>> }
  readonly [key: string]: unknown
}

export const container = (name: string, more: Readonly<Record<string, unknown>> = {}): Container => ({
  name,
  image: SERVER_IMAGE,
  imagePullPolicy: 'IfNotPresent',
  ...more,
})

/** As far as cases look. */
export interface Template {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: {
    readonly terminationGracePeriodSeconds?: number
    readonly containers: readonly Container[]
    readonly [key: string]: unknown
  }
}

export interface Shape {
  readonly replicas?: number
  readonly containers?: readonly Container[]
  readonly grace?: number
  /** Of the template. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** `web`: one replica of one container, unless something else is said. */
export function deployment({
  replicas = 1,
  containers = [container('app')],
  grace,
  annotations,
}: Shape = {}) {
  const base = app({ replicas, ...(annotations === undefined ? {} : { annotations }) })
  const { metadata, spec } = base.spec.template
  const stated = grace === undefined ? {} : { terminationGracePeriodSeconds: grace }
  const template: Template = { metadata, spec: { ...spec, ...stated, containers } }
  return { ...base, spec: { ...base.spec, template } }
}

export type Deployment = ReturnType<typeof deployment>

export const templateOf = (object: unknown): Template =>
  (object as { readonly spec: { readonly template: Template } }).spec.template

export const storedTemplate = async (namespace: string, name = 'web'): Promise<Template> =>
  templateOf(await stored(['deployment', name, '-n', namespace]))

/** The preStop of each container, by its name. */
export const hooksOf = ({ spec }: Pick<Template, 'spec'>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(spec.containers.map(({ name, lifecycle }) => [name, lifecycle?.preStop]))

/** What decides how a Pod ends. */
export const endOf = ({ spec }: Pick<Template, 'spec'>) => ({
  hooks: hooksOf({ spec }),
  grace: spec.terminationGracePeriodSeconds,
})

export const sleep = (seconds: number) => ({ sleep: { seconds } })
