import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import { RECORD_ANNOTATION } from '../../src/core/model/keys.ts'

/** What every object of the chart must hold: what linters of manifests look for, and what we promise. */

type Labels = Readonly<Record<string, string>>

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Labels
    readonly annotations?: Labels
  }
  readonly spec?: Spec
  /** Of a ConfigMap. */
  readonly data?: Labels
  readonly rules?: readonly RbacRule[]
  readonly webhooks?: readonly Webhook[]
  readonly roleRef?: { readonly name: string }
}

/** The fields that are looked at, of a Deployment, Pod, Service or PodDisruptionBudget. */
interface Spec extends PodSpec {
  readonly replicas?: number
  readonly selector?: Labels & { readonly matchLabels?: Labels }
  readonly ports?: readonly { readonly targetPort: string }[]
  readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec }
}

interface PodSpec {
  readonly containers?: readonly Container[]
  readonly volumes?: readonly {
    readonly name: string
    readonly configMap?: { readonly name: string }
    readonly hostPath?: unknown
  }[]
  readonly automountServiceAccountToken?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly serviceAccountName?: string
  readonly nodeSelector?: Labels
  readonly terminationGracePeriodSeconds?: number
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean
    readonly runAsUser?: number
    readonly seccompProfile?: { readonly type: string }
  }
}

interface Container {
  readonly image: string
  readonly args?: readonly string[]
  readonly ports?: readonly { readonly name: string }[]
  readonly resources?: { readonly limits?: Labels; readonly requests?: Labels }
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean
    readonly readOnlyRootFilesystem?: boolean
    readonly privileged?: boolean
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] }
  }
  readonly livenessProbe?: unknown
  readonly readinessProbe?: unknown
  readonly startupProbe?: unknown
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } }
  readonly volumeMounts?: readonly { readonly name: string }[]
}

interface RbacRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

interface Webhook {
  readonly name: string
  readonly timeoutSeconds: number
  readonly sideEffects: string
  readonly matchPolicy: string
  readonly reinvocationPolicy: string
  readonly failurePolicy: string
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[]
  readonly clientConfig: { readonly service: { readonly name: string; readonly path: string } }
  readonly objectSelector?: unknown
  readonly namespaceSelector: {
    readonly matchExpressions: readonly object[]
    readonly matchLabels?: Labels
  }
}

export const NAMESPACE = 'slackwater-system'

const CLUSTER_WIDE = [
  ...['ClusterRole', 'ClusterRoleBinding', 'Namespace'],
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
]

type Problems = readonly string[]
/** @returns what is wrong, in words. */
type Rule = (objects: readonly Manifest[]) => Problems

const when = (wrong: boolean, words: string): Problems => (wrong ? [words] : [])

const ofKind = (objects: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] =>
  objects.filter(({ kind }) => kinds.includes(kind))

/** The Deployment's Pod, and the Pod of the test. */
const podsOf = (objects: readonly Manifest[]): readonly PodSpec[] =>
  objects.flatMap(({ kind, spec }) => {
    if (kind === 'Deployment') return [spec?.template?.spec ?? {}]
    return kind === 'Pod' ? [spec ?? {}] : []
  })

const containersOf = (objects: readonly Manifest[]): readonly Container[] =>
  podsOf(objects).flatMap(({ containers = [] }) => containers)

const isWithin = (labels: Labels, selector: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

export const RULES: Readonly<Record<string, Rule>> = {
  'every object has a name that fits, its labels, and its namespace': (objects) =>
    objects.flatMap(({ kind, metadata: { name, namespace, labels = {} } }) => [
      ...when(name.length > 63, `${kind} ${name}: longer than 63`),
      ...when(
        !CLUSTER_WIDE.includes(kind) && namespace !== NAMESPACE,
        `${kind} ${name}: namespace ${namespace}`,
      ),
      ...['name', 'instance'].flatMap((key) =>
        when(labels[`app.kubernetes.io/${key}`] === undefined, `${kind} ${name}: no label ${key}`),
      ),
    ]),

  'Pods meet Pod Security restricted': (objects) =>
    podsOf(objects).flatMap(({ securityContext, hostPID, hostIPC, volumes = [] }) => [
      ...when(securityContext?.runAsNonRoot !== true, 'may run as root'),
      ...when(securityContext?.runAsUser === 0, 'runs as root'),
      ...when(securityContext?.seccompProfile?.type !== 'RuntimeDefault', 'no seccomp profile'),
      ...when(hostPID === true || hostIPC === true, 'shares the node’s processes'),
      ...when(
        volumes.some(({ hostPath }) => hostPath !== undefined),
        'mounts the node’s files',
      ),
    ]),

  'Pods wait for a node with Linux, as their image is for no other': (objects) =>
    podsOf(objects).flatMap(({ nodeSelector = {} }) =>
      when(nodeSelector['kubernetes.io/os'] !== 'linux', 'may start on Windows'),
    ),

  'containers meet it too, and can write nowhere': (objects) =>
    containersOf(objects).flatMap(({ securityContext = {} }) => [
      ...when(securityContext.allowPrivilegeEscalation !== false, 'may gain privileges'),
      ...when(securityContext.privileged === true, 'is privileged'),
      ...when(securityContext.readOnlyRootFilesystem !== true, 'may write to its root'),
      ...when(securityContext.capabilities?.drop?.join() !== 'ALL', 'keeps capabilities'),
      ...when(securityContext.capabilities?.add !== undefined, 'adds capabilities'),
    ]),

  'images have a version, containers a limit of memory and none of CPU': (objects) =>
    containersOf(objects).flatMap(({ image, resources }) => [
      ...when(!/:[^/:]+$/.test(image) || image.endsWith(':latest'), `${image}: no version`),
      ...when(resources?.limits?.['memory'] === undefined, 'no limit of memory'),
      ...when(resources?.limits?.['cpu'] !== undefined, 'a limit of CPU makes answers late'),
    ]),

  'what serves has probes, a sleep, and a grace period that holds it': (objects) =>
    ofKind(objects, 'Deployment').flatMap(({ spec }) => {
      const { containers = [], terminationGracePeriodSeconds: grace = 30 } = spec?.template?.spec ?? {}
      return containers.flatMap((container) => {
        const sleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0
        const { startupProbe, readinessProbe, livenessProbe, args = [] } = container
        const drain = Number(args.find((arg) => arg.startsWith('--drain-delay='))?.split('=')[1])
        return [
          ...[startupProbe, readinessProbe, livenessProbe].flatMap((probe) =>
            when(probe === undefined, 'a probe is missing'),
          ),
          // K + J of our own budget, at least.
          ...when(sleep < 15, `sleeps ${sleep} s`),
          // 30 s is the longest that a request may take after the port is closed, as the server has it.
          ...when(!(grace >= sleep + drain + 30), `grace ${grace} s for ${sleep} + ${drain} + 30`),
        ]
      })
    }),

  'only what serves has a token': (objects) => [
    ...ofKind(objects, 'Pod').flatMap(({ spec }) =>
      when(spec?.automountServiceAccountToken !== false, 'the test has a token'),
    ),
  ],

  'selectors meet the Deployment’s Pods, and no other': (objects) => {
    const [deployment] = ofKind(objects, 'Deployment')
    const labels = deployment?.spec?.template?.metadata.labels ?? {}
    return ofKind(objects, 'Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy').flatMap(
      ({ kind, spec }) => {
        const selector =
          spec?.selector?.matchLabels ?? (kind === 'Service' ? (spec?.selector ?? {}) : undefined)
        if (selector === undefined) return kind === 'NetworkPolicy' ? [] : [`${kind}: no selector`]
        const others = ofKind(objects, 'Pod').filter((pod) =>
          isWithin(pod.metadata.labels ?? {}, selector as Labels),
        )
        return [
          ...when(!isWithin(labels, selector as Labels), `${kind}: selects no Pod`),
          ...when(others.length > 0, `${kind}: selects the test`),
        ]
      },
    )
  },

  'ports and volumes that are named are there': (objects) => {
    const ports = containersOf(objects).flatMap(({ ports: named = [] }) => named.map(({ name }) => name))
    const maps = ofKind(objects, 'ConfigMap').map(({ metadata }) => metadata.name)
    return [
      ...ofKind(objects, 'Service').flatMap(({ spec }) =>
        (spec?.ports ?? []).flatMap(({ targetPort }) =>
          when(!ports.includes(targetPort), `port ${targetPort}`),
        ),
      ),
      ...podsOf(objects).flatMap(({ volumes = [], containers = [] }) => [
        ...volumes.flatMap(({ configMap }) =>
          when(configMap !== undefined && !maps.includes(configMap.name), `ConfigMap ${configMap?.name}`),
        ),
        ...containers
          .flatMap(({ volumeMounts = [] }) => volumeMounts)
          .flatMap(({ name }) => when(!volumes.some((volume) => volume.name === name), `volume ${name}`)),
      ]),
    ]
  },

  'rights are named one by one': (objects) =>
    ofKind(objects, 'Role', 'ClusterRole').flatMap(({ rules = [] }) =>
      rules.flatMap((rule) => {
        const { apiGroups, resources, verbs, resourceNames = [] } = rule
        const words = `${verbs} ${resources}`
        const nameless = resourceNames.length === 0
        const writes = verbs.some((verb) => !['get', 'list', 'watch'].includes(verb))
        return [
          ...when([...apiGroups, ...resources, ...verbs].includes('*'), `${words}: a wildcard`),
          ...when(resources.includes('secrets') && nameless, `${words}: every Secret`),
          ...when(
            resources.some((resource) => resource.endsWith('webhookconfigurations')) && writes && nameless,
            `${words}: every webhook`,
          ),
          ...when(verbs.includes('delete') && nameless, `${words}: whatever its name`),
          ...when(
            verbs.some((verb) => ['deletecollection', 'bind', 'escalate', 'impersonate'].includes(verb)),
            words,
          ),
        ]
      }),
    ),

  'no webhook can stop a cluster, and none can be escaped': (objects) =>
    webhooksOf(objects).flatMap((webhook) => [
      ...when(webhook.sideEffects !== 'None', 'refuses dry runs'),
      ...when(webhook.matchPolicy !== 'Equivalent', 'misses API versions'),
      ...when(webhook.reinvocationPolicy !== 'IfNeeded', 'misses sidecars'),
      ...when(webhook.matchConditions.length === 0, 'is asked about unchanged templates'),
      ...when(webhook.clientConfig.service.path !== '/mutate', 'asks another path'),
    ]),

  'what only warns stops nothing, and is asked about what people apply': (objects) => {
    const excluded = ['kube-system', 'kube-node-lease', NAMESPACE, ...excludedIn(objects)]
    return ofKind(objects, 'ValidatingWebhookConfiguration').flatMap(({ webhooks = [] }) =>
      webhooks.flatMap(({ namespaceSelector: { matchExpressions }, ...webhook }) => [
        ...when(webhook.sideEffects !== 'None', 'refuses dry runs'),
        ...when(webhook.failurePolicy !== 'Ignore', 'refuses while we are away'),
        ...when(webhook.clientConfig.service.path !== '/validate', 'asks another path'),
        ...when(
          !webhook.matchConditions.some(({ name }) => name === 'is-not-controlled'),
          'is asked about what controllers create',
        ),
        // Further expressions can only leave out more.
        ...when(
          !isDeepStrictEqual(matchExpressions[0], {
            key: 'kubernetes.io/metadata.name',
            operator: 'NotIn',
            values: [...new Set(excluded)],
          }),
          'is asked about excluded namespaces',
        ),
      ]),
    )
  },

  'no webhook is called for an excluded namespace but about what carries our record, and none is refused there; wherever the user selects, what carries it is not lost':
    (objects) => {
      const excluded = excludedIn(objects)
      const never = ['kube-system', 'kube-node-lease', NAMESPACE]
      const further = excluded.filter((name) => !never.includes(name))
      const [usual, besides] = [false, true].map((wanted) =>
        webhooksOf(objects).filter(({ name }) => name.endsWith('.excluded.slackwater.dev') === wanted),
      )
      const selects = ({ namespaceSelector: { matchExpressions } }: Webhook, expected: object): boolean =>
        isDeepStrictEqual(matchExpressions[0], { key: 'kubernetes.io/metadata.name', ...expected })
      const narrowed = (usual ?? []).some(isNarrowed)
      const expected = narrowed ? { operator: 'NotIn', values: never } : { operator: 'In', values: further }
      return [
        ...when(usual?.length !== 2, 'not one webhook for workloads and one for Pods'),
        ...when(
          besides?.length !== (narrowed || further.length > 0 ? 2 : 0),
          'repairs nothing that was excluded',
        ),
        ...(usual ?? []).flatMap((webhook) =>
          when(
            !selects(webhook, { operator: 'NotIn', values: [...never, ...further] }),
            `${webhook.name}: excludes other namespaces`,
          ),
        ),
        ...(besides ?? []).flatMap((webhook) => [
          ...when(
            !selects(webhook, expected) || isNarrowed(webhook),
            `${webhook.name}: selects other namespaces`,
          ),
          ...when(webhook.failurePolicy !== 'Ignore', `${webhook.name}: refuses while we are away`),
          ...when(
            !webhook.matchConditions.some(({ expression }) => expression.includes(RECORD_ANNOTATION)),
            `${webhook.name}: is asked about what we never touched`,
          ),
        ]),
      ]
    },
}

/** The user selects further, or has a condition that is not the chart's. */
const isNarrowed = ({ namespaceSelector, objectSelector, matchConditions }: Webhook): boolean =>
  namespaceSelector.matchExpressions.length > 1 ||
  namespaceSelector.matchLabels !== undefined ||
  objectSelector !== undefined ||
  matchConditions.some(({ name }) => !OUR_CONDITIONS.includes(name))

const OUR_CONDITIONS = ['changes-what-we-write', 'carries-our-record']

const webhooksOf = (objects: readonly Manifest[]): readonly Webhook[] =>
  ofKind(objects, 'MutatingWebhookConfiguration').flatMap(({ webhooks = [] }) => webhooks)

/** As the program is told, by its settings file. */
function excludedIn(objects: readonly Manifest[]): readonly string[] {
  const maps = ofKind(objects, 'ConfigMap').map(({ data = {} }) => data['settings.yaml'])
  const settings = parse(maps.find((text) => text !== undefined) ?? '') as {
    readonly excludedNamespaces?: readonly string[]
  } | null
  return settings?.excludedNamespaces ?? []
}
