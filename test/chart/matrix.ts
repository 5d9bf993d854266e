import path from 'node:path'
import { MEASURED_KEY } from '../../src/kubernetes/observed-document.ts'

/** The chart with each of its values changed: what is given to Helm, and what must be found in what it renders. */
export interface Variant {
  /** The value that is changed, by its path. */
  readonly value: string
  readonly args: readonly string[]
  /** Text of the rendered objects. */
  readonly finds: string
  /** Text that must be gone from them. */
  readonly lacks?: string
}

export const PROMETHEUS = ['--api-versions', 'monitoring.coreos.com/v1']
export const CERT_MANAGER = [
  '--api-versions',
  'cert-manager.io/v1',
  '--set',
  'certificates.mode=cert-manager',
]
export const OWN = [
  ...['--set', 'certificates.mode=own', '--set', 'certificates.secretName=web-cert'],
  ...['--set-file', `certificates.own.caBundle=${path.join('test', 'chart', 'ca.crt')}`],
]
export const FILES = [
  ...[
    '--set',
    'certificates.mode=own,certificates.own.certFile=/run/tls/a.crt,certificates.own.keyFile=/run/tls/a.key',
  ],
]

const changed = (value: string, set: string, finds: string, args: readonly string[] = []): Variant => ({
  value,
  args: [...args, '--set', `${value}=${set}`],
  finds,
})

/** A list or a mapping, as JSON. */
const changedTo = (value: string, json: string, finds: string): Variant => ({
  value,
  args: ['--set-json', `${value}=${json}`],
  finds,
})

const SETTINGS: readonly Variant[] = [
  changed('mode', 'dry-run', 'mode: dry-run'),
  changed('injectInto', 'pods', 'injectInto: pods'),
  changed('hook', 'exec', 'hook: exec'),
  changed('daemonSets', 'true', 'daemonSets: true'),
  changed('maxSleepSeconds', '120', 'maxSleepSeconds: 120'),
  changed('maxGraceSeconds', '600', 'maxGraceSeconds: 600'),
  changed('maxHookGraceSeconds', '900', 'maxHookGraceSeconds: 900'),
  changedTo('terms', '{"requestSeconds":20,"propagationSeconds":{"alb":30}}', 'requestSeconds: 20'),
  {
    ...changed('namespaceLabels', 'report', 'namespaceLabels: report'),
    lacks: 'verbs: [get, list, watch, patch]',
  },
  {
    ...changed('adopt', 'off', 'adopt: "off"'),
    lacks: 'resources: [deployments, statefulsets]\n    verbs: [get, patch]',
  },
  changedTo('observed', '{"minimumDepartures":50}', 'minimumDepartures: 50'),
  changed('gateWhenControllerDown', 'on', 'gateWhenControllerDown: "on"'),
  changed('policyReports', 'auto', 'policyReports: auto'),
  changed('policyReports', 'wgpolicyk8s.io', 'resources: [policyreports, reports]'),
  changed('policyReports', 'openreports.io', 'name: slackwater-reports'),
  changed(
    'aws.enabled',
    'true',
    'resources: [configmaps]\n    resourceNames: [slackwater-observed]\n    verbs: [get, create, patch]',
  ),
  changed('aws.enabled', 'true', 'cidr: 169.254.170.23/32'),
  changed('aws.enabled', 'true', 'configmaps/slackwater-observed'),
  changed('aws.enabled', 'true', `object.?data[?'${MEASURED_KEY}'] ==`),
  changed('defaultTargetType', 'ip', 'defaultTargetType: ip'),
  changed('ingressClass', 'public', 'ingressClass: public'),
  changed('loadBalancerClass', 'example.com/nlb', 'loadBalancerClass: example.com/nlb'),
  changed('watchNamespace', 'shop', 'watchNamespace: shop'),
  changed('readinessGateInject', 'false', 'readinessGateInject: false'),
  changedTo('featureGates', '{"ALBGatewayAPI":true}', 'ALBGatewayAPI: true'),
  changed('controllerMetricsURL', 'http://lbc.kube-system:8080/metrics', '- port: 8080'),
  changed(
    'controllerMetricsURL',
    'https://lbc.kube-system/metrics',
    // Its port, and nothing after it but names.
    '- port: 443\n          protocol: TCP\n    # Their names.\n    - ports:\n        - port: 53',
  ),
  changedTo('proxyContainers', '["mesh-proxy"]', '- mesh-proxy'),
  changedTo('accept', '{"single-replica":"canaries"}', 'single-replica: canaries'),
  changedTo('findings', '{"prestop-missing":"off"}', 'prestop-missing: "off"'),
  // As YAML 1.1 reads a bare off.
  changedTo('findings', '{"prestop-missing":false}', 'prestop-missing: "off"'),
  changedTo('findings', '{"prestop-ends-server":"deny"}', 'prestop-ends-server: deny'),
  changedTo('excludedNamespaces', '["monitoring"]', '- monitoring'),
  changedTo(
    'excludedNamespaces',
    '["monitoring"]',
    'values: ["kube-system","kube-node-lease","slackwater-system","monitoring"]',
  ),
  {
    ...changedTo(
      'excludedNamespaces',
      '["monitoring","kube-system","007","null"]',
      'values: ["monitoring","007","null"]',
    ),
    args: [
      ...['--set', 'webhook.failurePolicy=Fail'],
      ...['--set-json', 'excludedNamespaces=["monitoring","kube-system","007","null"]'],
    ],
  },
]

const CERTIFICATES: readonly Variant[] = [
  {
    value: 'certificates.mode',
    args: CERT_MANAGER,
    finds: 'cert-manager.io/inject-ca-from: slackwater-system/slackwater',
  },
  changed('certificates.secretName', 'pair', '--certificate-secret=pair'),
  {
    value: 'certificates.certManager.issuerRef',
    args: [
      ...CERT_MANAGER,
      '--set-json',
      'certificates.certManager.issuerRef={"name":"ours","kind":"ClusterIssuer"}',
    ],
    finds: 'kind: ClusterIssuer',
  },
  changed('certificates.certManager.duration', '4320h', 'duration: 4320h', CERT_MANAGER),
  changed('certificates.certManager.renewBefore', '1000h', 'renewBefore: 1000h', CERT_MANAGER),
  { value: 'certificates.own.caBundle', args: OWN, finds: '    caBundle: LS0t' },
  { value: 'certificates.own.certFile', args: FILES, finds: '--tls-cert=/run/tls/a.crt' },
  { value: 'certificates.own.keyFile', args: FILES, finds: '--tls-key=/run/tls/a.key' },
]

const LABELS = { 'app.kubernetes.io/name': 'note', 'app.kubernetes.io/instance': 'slackwater' }

/** An object of the user's, in the release's namespace. */
const NOTE = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: '{{ include "slackwater.fullname" . }}-note',
    namespace: '{{ .Release.Namespace }}',
    labels: LABELS,
  },
}

const NOTE_AS_TEXT = `apiVersion: v1
kind: ConfigMap
metadata:
  name: note
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "slackwater.testLabels" . | nindent 4 }}
data:
  text: of {{ .Release.Namespace }}, {{ \`{{ $labels.pod }}\` }}
`

const PODS: readonly Variant[] = [
  changed('replicaCount', '3', 'replicas: 3'),
  changed('image.repository', 'example.com/slackwater', 'image: example.com/slackwater:0.1.0'),
  changed('image.tag', '9.9.9', 'image: ghcr.io/slackwater/slackwater:9.9.9'),
  changed(
    'image.digest',
    `sha256:${'ab'.repeat(32)}`,
    `image: ghcr.io/slackwater/slackwater@sha256:${'ab'.repeat(32)}`,
  ),
  changed('image.pullPolicy', 'Always', 'imagePullPolicy: Always'),
  changedTo('imagePullSecrets', '["registry"]', '- name: registry'),
  changedTo(
    'imagePullSecrets',
    '[{"name":"registry"},"registry","other"]',
    '- name: registry\n        - name: other\n      #',
  ),
  changed(
    'global.imageRegistry',
    'registry.example.com:5000',
    'image: registry.example.com:5000/slackwater/slackwater:0.1.0',
  ),
  ...[
    ['registry.eu/team/slackwater', 'mirror.internal/team/slackwater'],
    ['localhost/slackwater', 'mirror.internal/slackwater'],
    ['localhost:5000/slackwater', 'mirror.internal/slackwater'],
    // Without a registry it is Docker Hub's: its first part is a user.
    ['team/slackwater', 'mirror.internal/team/slackwater'],
    ['slackwater', 'mirror.internal/slackwater'],
  ].map(([repository, image]) =>
    changed('global.imageRegistry', 'mirror.internal/', `image: ${image}:0.1.0`, [
      ...['--set', `image.repository=${repository}`],
    ]),
  ),
  changedTo('global.imagePullSecrets', '["registry"]', '- name: registry'),
  {
    ...changedTo('global.imagePullSecrets', '[{"name":"b"},"a"]', '- name: a\n        - name: b\n      #'),
    args: [
      ...['--set-json', 'imagePullSecrets=["a"]'],
      ...['--set-json', 'global.imagePullSecrets=[{"name":"b"},"a"]'],
    ],
  },
  // For others: nothing of it is read.
  {
    ...changedTo('global', '{"env":"prod","imageRegistry":"mirror.internal"}', 'image: mirror.internal/'),
    lacks: 'prod',
  },
  changed('nameOverride', 'tide', '--webhook-service=slackwater-tide'),
  // The name of the release has it.
  {
    ...changed('nameOverride', 'slack', '--webhook-service=slackwater\n', ['--set', 'logLevel=debug']),
    lacks: 'slackwater-slack',
  },
  changed('fullnameOverride', 'tide', '--webhook-service=tide'),
  changed('listenAddress', '::', '--host=::'),
  changed('healthPort', '8181', 'containerPort: 8181'),
  changed('reportPort', '8282', '--report-port=8282'),
  changed('logLevel', 'debug', '--log-level=debug'),
  // 20 asleep, 10 draining, 35 to end.
  changed('termination.sleepSeconds', '20', 'terminationGracePeriodSeconds: 65'),
  changed('termination.drainSeconds', '30', 'terminationGracePeriodSeconds: 80'),
  changedTo('resources', '{"limits":{"memory":"1Gi"}}', 'memory: 1Gi'),
  changed('serviceAccount.create', 'false,serviceAccount.name=existing', 'serviceAccountName: existing'),
  changed('serviceAccount.name', 'tide', 'serviceAccountName: tide'),
  changedTo('serviceAccount.annotations', '{"example.com/a":"b"}', 'example.com/a: b'),
  { ...changed('rbac.create', 'false', 'kind: ServiceAccount'), lacks: 'kind: ClusterRole' },
  { ...changed('rbac.events', 'false', 'kind: ClusterRole'), lacks: 'verbs: [create, patch]' },
  { ...changed('rbac.report', 'false', 'kind: ClusterRole'), lacks: 'resources: [replicasets]' },
  { ...changed('rbac.departures', 'false', 'kind: ClusterRole'), lacks: 'verbs: [watch]' },
  {
    ...changed('admissionPolicy.enabled', 'false', 'kind: ClusterRole'),
    lacks: 'kind: ValidatingAdmissionPolicy',
  },
  changed(
    'admissionPolicy.namespaceLabelKeys',
    '{example.com/gates}',
    "'eks.amazonaws.com/pod-readiness-gate-inject','example.com/gates'].all(k",
  ),
  {
    ...changed('podDisruptionBudget.enabled', 'false', 'kind: Deployment'),
    lacks: 'kind: PodDisruptionBudget',
  },
  changed('podDisruptionBudget.maxUnavailable', '2', 'maxUnavailable: 2'),
  {
    ...changed('hostNetwork', 'true', 'dnsPolicy: ClusterFirstWithHostNet'),
    lacks: 'kind: NetworkPolicy',
  },
  changed('dnsPolicy', 'Default', 'dnsPolicy: Default'),
  changed('priorityClassName', 'system-cluster-critical', 'priorityClassName: system-cluster-critical'),
  changed('runtimeClassName', 'gvisor', 'runtimeClassName: gvisor'),
  changedTo(
    'podSecurityContext',
    '{"fsGroup":65532,"seccompProfile":{"type":"Localhost","localhostProfile":"slackwater.json"}}',
    'fsGroup: 65532\n        runAsGroup: 65532\n        runAsNonRoot: true\n        runAsUser: 65532\n        seccompProfile:\n          localhostProfile: slackwater.json\n          type: Localhost\n',
  ),
  // OpenShift gives numbers of its own, which are larger than what is printed without an exponent by default.
  {
    ...changedTo(
      'podSecurityContext',
      '{"runAsUser":null,"runAsGroup":null}',
      'securityContext:\n        runAsNonRoot: true\n        seccompProfile:',
    ),
    lacks: '65532',
  },
  changedTo('podSecurityContext', '{"runAsUser":1000680000}', 'runAsUser: 1000680000\n'),
  changedTo(
    'containerSecurityContext',
    '{"capabilities":{"add":["NET_BIND_SERVICE"]},"readOnlyRootFilesystem":false}',
    'allowPrivilegeEscalation: false\n            capabilities:\n              add:\n              - NET_BIND_SERVICE\n              drop:\n              - ALL\n            readOnlyRootFilesystem: false\n',
  ),
  changed('podSecurityStandard', 'privileged,podSecurityContext.runAsNonRoot=false', 'runAsNonRoot: false'),
  changed('revisionHistoryLimit', '0', 'revisionHistoryLimit: 0'),
  changedTo(
    'nodeSelector',
    '{"kubernetes.io/arch":"arm64"}',
    'kubernetes.io/arch: arm64\n        kubernetes.io/os: linux\n',
  ),
  changedTo('tolerations', '[{"key":"system","operator":"Exists"}]', '- key: system'),
  changedTo(
    'affinity',
    '{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"karpenter.sh/capacity-type","operator":"NotIn","values":["spot"]}]}]}}}',
    'karpenter.sh/capacity-type',
  ),
  changedTo(
    'topologySpreadConstraints',
    '[{"maxSkew":2,"topologyKey":"example.com/rack","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app.kubernetes.io/name":"slackwater"}}}]',
    'topologyKey: example.com/rack',
  ),
  changedTo('commonLabels', '{"team":"edge"}', 'team: edge'),
  {
    ...changedTo('commonLabels', '{"team":"edge","app.kubernetes.io/name":"other"}', 'team: night'),
    args: [
      ...['--set-json', 'commonLabels={"team":"edge","app.kubernetes.io/name":"other"}'],
      ...['--set-json', 'podLabels={"team":"night"}'],
    ],
    lacks: 'app.kubernetes.io/name: other',
  },
  changedTo('commonAnnotations', '{"example.com/team":"edge"}', 'example.com/team: edge'),
  changedTo('podLabels', '{"tier":"system"}', 'tier: system'),
  changedTo('podAnnotations', '{"example.com/scrape":"no"}', 'example.com/scrape: "no"'),
  changedTo('deploymentLabels', '{"owner":"edge"}', 'owner: edge'),
  changedTo(
    'deploymentAnnotations',
    '{"reloader.example.com/auto":"true"}',
    'reloader.example.com/auto: "true"',
  ),
  changedTo('serviceLabels', '{"owner":"edge"}', 'owner: edge'),
  changedTo(
    'serviceAnnotations',
    '{"example.com/scrape":"no"}',
    'annotations:\n    example.com/scrape: "no"\n  namespace',
  ),
  changedTo(
    'extraEnv',
    '[{"name":"NODE_EXTRA_CA_CERTS","value":"/run/ca.crt"}]',
    'name: NODE_EXTRA_CA_CERTS',
  ),
  changedTo('extraArgs', '["--no-controller"]', '- --no-controller'),
  changedTo('extraVolumes', '[{"name":"run","emptyDir":{}}]', 'emptyDir: {}'),
  // Pod Security restricted allows it.
  changedTo('extraVolumes', '[{"name":"ca","image":{"reference":"ca:1"}}]', 'reference: ca:1'),
  {
    value: 'extraVolumeMounts',
    args: [
      ...['--set-json', 'extraVolumes=[{"name":"run","emptyDir":{}}]'],
      ...['--set-json', 'extraVolumeMounts=[{"name":"run","mountPath":"/run/tls"}]'],
    ],
    finds: 'mountPath: /run/tls',
  },
  changedTo('extraObjects', JSON.stringify([NOTE]), "name: 'slackwater-note'\n"),
  // As text, which may span lines, and more than one object.
  changedTo(
    'extraObjects',
    JSON.stringify([NOTE_AS_TEXT]),
    'text: of slackwater-system, {{ $labels.pod }}\n',
  ),
]

const WEBHOOK: readonly Variant[] = [
  changed('webhook.failurePolicy', 'Fail', 'failurePolicy: Fail'),
  changed('webhook.workloads.timeoutSeconds', '10', 'timeoutSeconds: 10'),
  changed('webhook.pods.timeoutSeconds', '3', 'timeoutSeconds: 3'),
  {
    value: 'webhook.validate.enabled',
    args: ['--set', 'webhook.validate.enabled=false'],
    finds: 'kind: MutatingWebhookConfiguration',
    lacks: 'kind: ValidatingWebhookConfiguration',
  },
  changed('webhook.validate.timeoutSeconds', '4', 'timeoutSeconds: 4'),
  changed('webhook.port', '10250', 'containerPort: 10250'),
  changed('webhook.maxInflightMib', '64', '--max-inflight-mib=64'),
  changed('webhook.maxConnections', '1000', '--max-connections=1000'),
  changed('webhook.clients.caConfigMap', 'api-servers', '--client-ca=/etc/slackwater/client-ca/ca.crt'),
  changed('webhook.clients.caSecret', 'api-servers', 'secretName: api-servers'),
  changed('webhook.clients.caKey', 'client.pem', 'key: client.pem', [
    ...['--set', 'webhook.clients.caSecret=api-servers'],
  ]),
  changed('webhook.clients.caFile', '/run/ca.crt', '--client-ca=/run/ca.crt'),
  changed('webhook.clients.names', '{kube-apiserver}', '--client-name=kube-apiserver', [
    ...['--set', 'webhook.clients.caConfigMap=api-servers'],
  ]),
  changedTo('webhook.annotations', '{"example.com/a":"b"}', 'example.com/a: b'),
  changedTo(
    'webhook.namespaceSelector',
    '{"matchLabels":{"team":"shop"},"matchExpressions":[{"key":"slackwater","operator":"NotIn","values":["off"]}]}',
    'matchLabels:\n        team: shop\n',
  ),
  changedTo(
    'webhook.namespaceSelector',
    '{"matchExpressions":[{"key":"legacy","operator":"DoesNotExist"}]}',
    '- key: legacy',
  ),
  changedTo(
    'webhook.objectSelector',
    '{"matchExpressions":[{"key":"app","operator":"Exists"}]}',
    'objectSelector:\n      matchExpressions:\n      - key: app\n        operator: Exists\n',
  ),
  changedTo(
    'webhook.matchConditions',
    '[{"name":"not-by-velero","expression":"request.userInfo.username != \'system:serviceaccount:velero:velero\'"}]',
    "      - expression: request.userInfo.username != 'system:serviceaccount:velero:velero'\n        name: not-by-velero\n",
  ),
  {
    value: 'webhook.namespaceSelector',
    args: [
      ...['--set', 'webhook.failurePolicy=Fail', '--set-json', 'excludedNamespaces=["monitoring"]'],
      ...['--set-json', 'webhook.namespaceSelector={"matchLabels":{"team":"shop"}}'],
    ],
    finds: 'operator: NotIn\n          values: ["kube-system","kube-node-lease","slackwater-system"]\n',
  },
]

const AROUND: readonly Variant[] = [
  { ...changed('networkPolicy.enabled', 'false', 'kind: Deployment'), lacks: 'kind: NetworkPolicy' },
  changedTo(
    'networkPolicy.metricsFrom',
    '[{"namespaceSelector":{"matchLabels":{"team":"metrics"}}}]',
    'team: metrics',
  ),
  changedTo('networkPolicy.webhookFrom', '[{"ipBlock":{"cidr":"10.0.0.0/24"}}]', 'cidr: 10.0.0.0/24'),
  {
    ...changed('networkPolicy.apiServerPorts', '{7443}', 'port: 7443'),
    lacks: 'port: 6443',
  },
  changed('serviceMonitor.enabled', 'true', 'kind: ServiceMonitor', PROMETHEUS),
  changed('serviceMonitor.interval', '15s', 'interval: 15s', [
    ...PROMETHEUS,
    '--set',
    'serviceMonitor.enabled=true',
  ]),
  changed('serviceMonitor.labels.release', 'kube', 'release: kube', [
    ...PROMETHEUS,
    '--set',
    'serviceMonitor.enabled=true',
  ]),
  changed('podMonitor.enabled', 'true', 'kind: PodMonitor', PROMETHEUS),
  changed('podMonitor.interval', '15s', 'interval: 15s', [...PROMETHEUS, '--set', 'podMonitor.enabled=true']),
  changed('podMonitor.labels.release', 'kube', 'release: kube', [
    ...PROMETHEUS,
    '--set',
    'podMonitor.enabled=true',
  ]),
  changed('prometheusRule.enabled', 'true', 'kind: PrometheusRule', PROMETHEUS),
  changed('prometheusRule.labels.release', 'kube', 'release: kube', [
    ...PROMETHEUS,
    '--set',
    'prometheusRule.enabled=true',
  ]),
  changed('grafanaDashboard.enabled', 'true', 'slackwater.json: |'),
  changed('grafanaDashboard.labels.folder', 'edge', 'folder: edge', [
    '--set',
    'grafanaDashboard.enabled=true',
  ]),
]

export const VARIANTS: readonly Variant[] = [...SETTINGS, ...CERTIFICATES, ...PODS, ...WEBHOOK, ...AROUND]

/** Everything that needs more of the cluster than Kubernetes, and all that can be switched on, at once. */
export const EVERYTHING: readonly string[] = [
  ...CERT_MANAGER,
  ...PROMETHEUS,
  ...['--set', 'serviceMonitor.enabled=true,prometheusRule.enabled=true'],
  ...['--set', 'grafanaDashboard.enabled=true,webhook.failurePolicy=Fail'],
  ...['--set-json', `extraObjects=${JSON.stringify([NOTE])}`],
]
