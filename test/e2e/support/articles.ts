import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import { EXPECTED, type Expectation } from '../../../examples/expected.ts'
import { PUBLISHED } from '../../examples/published.ts'
import { kubectlOk } from './kubectl.ts'
import type { Plural } from './rollouts.ts'
import { exposed } from './trace.ts'

/** Manifests of the articles' shape, each moved into a namespace of a case's own; the order is as published. */

export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown }
  readonly [key: string]: unknown
}

export interface Article {
  readonly expected: Expectation
  readonly objects: readonly KubernetesObject[]
}

const examples = path.resolve('examples')
const published = process.env['SLACKWATER_MANIFESTS'] ?? ''

const read =
  (folder: string) =>
  (expected: Expectation): Article => ({
    expected,
    objects: parseAllDocuments(readFileSync(path.join(folder, expected.file), 'utf8')).map(
      (document) => document.toJS() as KubernetesObject,
    ),
  })

/** Our own; and the published ones, where SLACKWATER_MANIFESTS names a folder that holds them. */
export const ARTICLES: readonly Article[] = [
  ...EXPECTED.map(read(examples)),
  ...(published === '' ? [] : PUBLISHED.map(read(published))),
]

/** Kubernetes 1.35 refuses a Service whose name begins with a digit; one of the published ones has such a name. */
const serviceName = (name: string): string => (/^\d/.test(name) ? `service-${name}` : name)

/** The names of Services, wherever an Ingress has them. */
const withServiceNames = (object: KubernetesObject): KubernetesObject =>
  JSON.parse(JSON.stringify(object), (key, value: unknown) =>
    key === 'service' ? renamed(value as { readonly name: string }) : value,
  ) as KubernetesObject

const renamed = <T extends { readonly name: string }>(named: T): T => ({
  ...named,
  name: serviceName(named.name),
})

/** The manifest as it is published, but for its namespace. The Namespace object itself is the case's. */
export const movedTo = (namespace: string, { objects }: Article): readonly KubernetesObject[] =>
  objects
    .filter(({ kind }) => kind !== 'Namespace')
    .map((object) => {
      if (object.kind === 'IngressClass') return object
      const metadata = object.kind === 'Service' ? renamed(object.metadata) : object.metadata
      return { ...withServiceNames(object), metadata: { ...metadata, namespace } }
    })

export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number
        readonly containers: readonly { readonly name: string; readonly image: string }[]
      }
    }
  }
}

export function workloadOf(article: Article): Workload {
  const { expected, objects } = article
  const found = objects.find((object) => isWorkload(article, object))
  if (found === undefined) throw new Error(`${expected.file} has no ${expected.kind} ${expected.name}`)
  return found as Workload
}

export const labelsOf = (article: Article) => workloadOf(article).spec.template.metadata.labels

/** `deployment/web`. */
export const nameOf = ({ expected }: Article): string => `${expected.kind.toLowerCase()}/${expected.name}`

export const isWorkload = ({ expected }: Article, { kind, metadata }: KubernetesObject): boolean =>
  kind === expected.kind && metadata.name === expected.name

/**
 * Into a cluster that knows the load balancer already: everything but the workload, and then it is waited for.
 * @returns the workload.
 */
export async function behindLoadBalancer(article: Article, where: string): Promise<KubernetesObject> {
  const objects = movedTo(where, article)
  const workload = objects.find((object) => isWorkload(article, object))
  if (workload === undefined) throw new Error('no workload')
  await kubectlOk(['apply', '-f', '-'], ...objects.filter((object) => object !== workload))
  await exposed(where, labelsOf(article))
  return workload
}

export const pluralOf = ({ expected }: Article): Plural =>
  expected.kind === 'StatefulSet' ? 'statefulsets' : 'deployments'

type Into = Article['expected']['into']

function templateWith(article: Article, into: Into) {
  const { sleep, grace } = article.expected
  const { containers, terminationGracePeriodSeconds = 30 } = workloadOf(article).spec.template.spec
  const ours = into === 'template'
  return {
    sleeps: Object.fromEntries(containers.map(({ name }) => [name, ours ? sleep : undefined])),
    grace: ours ? grace : terminationGracePeriodSeconds,
    recorded: ours,
  }
}

/** What is to be stored in the template: our sleep in each container that has no hook, and the grace period. */
export const templateOf = (article: Article) => templateWith(article, article.expected.into)

/**
 * The same, once the template has changed while there were several replicas: then nothing is withheld, and what is
 * recorded stays when there is one again.
 */
export const changedTemplateOf = (article: Article) =>
  templateWith(article, article.expected.verdict === 'withhold' ? 'template' : article.expected.into)
