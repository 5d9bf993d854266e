import { execFileSync } from 'node:child_process'
import { type Document, isMap, parseAllDocuments } from 'yaml'

/** deploy/: the chart as Helm renders it, for users without Helm. */

export const CHART = 'charts/slackwater'
export const NAMESPACE = 'slackwater-system'

/** A Helm built from its Go module assumes Kubernetes 1.20 unless it gets a version. */
export const KUBE_VERSION = ['--kube-version', '1.35.0']

/** @returns Helm's output, with the comments of the templates. @throws with Helm's message. */
export const render = (helm: string, args: readonly string[] = []): string =>
  execFileSync(helm, ['template', 'slackwater', CHART, '-n', NAMESPACE, ...KUBE_VERSION, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const RIGHTS = [
  ...['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
]

/** Labels and annotations that only Helm uses. */
const HELMS = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'checksum/settings']

const OWN_NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: ${NAMESPACE}
  labels:
    # Slackwater needs no more.
    pod-security.kubernetes.io/enforce: restricted
`

const RIGHTS_HEAD = `# What Slackwater may do in a cluster: this, and nothing else. The comment above each rule gives its reason. The
# end-to-end tests run with a ServiceAccount that has exactly these rules. They fail if one is missing or unused.
# The policies after the rules narrow the write permissions to what is really written. Tests try what they refuse.
# Generated from charts/slackwater by \`npm run generate\`.
`

const ALL_HEAD =
  '# Generated from charts/slackwater by `npm run generate`. Apply it through an overlay: kubectl apply -k deploy/overlays/dry-run\n'

const AWS_HEAD =
  '# What aws.enabled adds, each object in full. Generated from charts/slackwater by `npm run generate`.\n'

/** Files below deploy/, keyed by their path. */
export function deployFiles(helm: string): Readonly<Record<string, string>> {
  const documents = documentsOf(render(helm))
  const plain = new Set(documents.map((document) => document.toString(STYLE)))
  const withAws = documentsOf(render(helm, ['--set', 'aws.enabled=true'])).filter(
    (document) => kindOf(document) !== 'ConfigMap' && !plain.has(document.toString(STYLE)),
  )
  const rights = documents.filter((document) => RIGHTS.includes(kindOf(document)))
  const rest = documents.filter((document) => ![...RIGHTS, 'ConfigMap'].includes(kindOf(document)))
  return {
    'rbac.yaml': RIGHTS_HEAD + join(rights),
    'base/slackwater.yaml': ALL_HEAD + join([...rights, ...rest]),
    'base/settings.yaml': settingsOf(render(helm)),
    'overlays/dry-run/settings.yaml': settingsOf(render(helm, ['--set', 'mode=dry-run'])),
    'overlays/enforce/settings.yaml': settingsOf(render(helm, ['--set', 'mode=enforce'])),
    'components/aws/patches.yaml': AWS_HEAD + withAws.map((one) => one.toString(STYLE)).join('---\n'),
  }
}

/** All objects except Helm hooks. */
const documentsOf = (rendered: string): readonly Document[] =>
  parseAllDocuments(rendered)
    .filter((document) => isMap(document.contents))
    .filter((document) => !document.hasIn(['metadata', 'annotations', 'helm.sh/hook']))
    .map(withoutHelm)

const kindOf = (document: Document): string => String(document.get('kind'))

function withoutHelm(document: Document): Document {
  for (const place of [[], ['spec', 'template']]) {
    for (const field of ['labels', 'annotations']) {
      const path = [...place, 'metadata', field]
      for (const key of HELMS) if (document.hasIn([...path, key])) document.deleteIn([...path, key])
      const left = document.getIn(path)
      if (isMap(left) && left.items.length === 0) document.deleteIn(path)
    }
  }
  // The comment that names its template.
  if (isMap(document.contents)) document.contents.commentBefore = null
  return document
}

/** The style of the templates. */
const STYLE = { lineWidth: 0, directives: false, flowCollectionPadding: false } as const

const join = (documents: readonly Document[]): string =>
  [OWN_NAMESPACE, ...documents.map((document) => document.toString(STYLE))].join('---\n')

function settingsOf(rendered: string): string {
  const settings = documentsOf(rendered).find((document) => kindOf(document) === 'ConfigMap')
  return String(settings?.getIn(['data', 'settings.yaml']))
}
