import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { RESOURCES, type Resource, resourceName } from '../../../src/cluster/resources.ts'

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

export function installDefinitions(kubectl: string, kubeconfig: string): void {
  const folder = process.env['SLACKWATER_CRDS'] ?? ''
  const published = folder === '' ? [] : readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  const apply = (args: readonly string[], input = ''): void =>
    void execFileSync(kubectl, ['--kubeconfig', kubeconfig, 'apply', '--server-side', ...args], {
      input,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
  for (const name of published) apply(['-f', path.join(folder, name)])
  // A published file is named by group and plural, in either order, or holds several.
  const ours = CUSTOM.filter((resource) => !isServed(kubectl, kubeconfig, resource))
  if (ours.length > 0)
    apply(['-f', '-'], ours.map((resource) => stringify(definitionOf(resource))).join('---\n'))
  execFileSync(
    kubectl,
    ['--kubeconfig', kubeconfig, 'wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all'],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
}

function isServed(kubectl: string, kubeconfig: string, resource: Resource): boolean {
  const args = [
    '--kubeconfig',
    kubeconfig,
    'get',
    'crd',
    resourceName(resource),
    '--ignore-not-found',
    '-o',
    'name',
  ]
  return execFileSync(kubectl, args, { encoding: 'utf8' }).trim() !== ''
}
