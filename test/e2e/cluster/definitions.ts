import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { RESOURCES, resourceName } from '../../../src/cluster/resources.ts'
import type { Resource } from '../../../src/kubernetes/kinds.ts'

/**
 * The custom resources that discovery reads. Ours say no more than names and versions, and take any field; with
 * SLACKWATER_CRDS the published ones of that folder are installed instead, so that what we write in examples is checked.
 */

const CLUSTER_SCOPED = ['ingressclassparams', 'gatewayclasses']

const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const

export const definitionOf = (resource: Resource) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: resourceName(resource),
    // Groups under k8s.io need the word of an approver, or that none is needed (KEP-1111).
    annotations: { 'api-approved.kubernetes.io': 'unapproved, a definition for tests only' },
  },
  spec: {
    group: resource.group,
    scope: CLUSTER_SCOPED.includes(resource.plural) ? 'Cluster' : 'Namespaced',
    names: {
      plural: resource.plural,
      singular: resource.kind.toLowerCase(),
      kind: resource.kind,
      listKind: `${resource.kind}List`,
    },
    versions: resource.versions.map((name, index) => ({
      name,
      served: true,
      storage: index === 0,
      subresources: { status: {} },
      schema: { openAPIV3Schema: { ...ANYTHING, properties: { spec: ANYTHING, status: ANYTHING } } },
    })),
  },
})

export const CUSTOM: readonly Resource[] = RESOURCES.filter(({ builtIn }) => !builtIn)

type Kubectl = (args: readonly string[], input?: string) => string

const kubectlOf =
  (kubectl: string, kubeconfig: string): Kubectl =>
  (args, input = '') =>
    execFileSync(kubectl, ['--kubeconfig', kubeconfig, ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'inherit'],
    })

/** Into a cluster of our own: the published ones where there are any, ours for the rest. */
export function installDefinitions(program: string, kubeconfig: string): void {
  const folder = process.env['SLACKWATER_CRDS'] ?? ''
  const published = folder === '' ? [] : readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  const kubectl = kubectlOf(program, kubeconfig)
  for (const name of published) kubectl(['apply', '--server-side', '-f', path.join(folder, name)])
  installMissing(program, kubeconfig)
}

/** @returns the names of those that were not there. */
export function installMissing(program: string, kubeconfig: string): readonly string[] {
  const kubectl = kubectlOf(program, kubeconfig)
  const there = new Set(kubectl(['get', 'crd', '-o', 'name']).split('\n'))
  const missing = CUSTOM.filter(
    (resource) => !there.has(`customresourcedefinition.apiextensions.k8s.io/${resourceName(resource)}`),
  )
  const ours = missing.map((resource) => stringify(definitionOf(resource)))
  if (ours.length > 0) kubectl(['apply', '--server-side', '-f', '-'], ours.join('---\n'))
  kubectl(['wait', '--for=condition=Established', '--timeout=180s', 'crd', '--all'])
  return missing.map(resourceName)
}
