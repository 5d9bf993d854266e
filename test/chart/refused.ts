import { CERT_MANAGER, FILES, PROMETHEUS } from './matrix.ts'

/** What the chart refuses, and with which words. */

/** Nonsense, and words of the refusal. */
export const REFUSED: readonly (readonly [
  what: string,
  args: readonly string[],
  words: readonly string[],
])[] = [
  [
    'a mode that is none',
    ['--set', 'mode=drirun'],
    ['\n\nmode is "drirun": it must be enforce, dry-run or off\n'],
  ],
  [
    'a mode that YAML takes for true',
    ['--set', 'mode=true'],
    ['mode is true: it must be enforce, dry-run or off'],
  ],
  ['no mode', ['--set', 'mode='], ['mode is "": it must be enforce']],
  [
    'another setting that may be off',
    ['--set', 'adopt=newbron'],
    ['adopt is "newbron": it must be newborn or off'],
  ],
  ['a value that is none', ['--set', 'mdoe=dry-run'], ["'mdoe' not allowed"]],
  ['a term that is none', ['--set', 'terms.requestSecond=5'], ["'/terms'", "'requestSecond' not allowed"]],
  ['milliseconds', ['--set', 'maxSleepSeconds=240000'], ["'/maxSleepSeconds'", '86,400']],
  [
    'a value of ours in global',
    ['--set', 'global.mode=dry-run'],
    ['global.mode is given, which this chart does not read: set mode. Of global it reads imageRegistry and'],
  ],
  [
    'a setting without a default in global',
    ['--set', 'global.maxGraceSeconds=60'],
    ['global.maxGraceSeconds is given, which this chart does not read'],
  ],
  [
    'the condition of a dependency, where there is no parent',
    ['--set', 'enabled=false'],
    ['enabled is false, which only a parent chart reads', 'set mode=off'],
  ],
  ['a registry that is none', ['--set-json', 'global.imageRegistry={"a":1}'], ["'/global/imageRegistry'"]],
  [
    'a registry with a scheme',
    ['--set', 'global.imageRegistry=https://mirror.example.com'],
    ["'/global/imageRegistry'", "'https://mirror.example.com' does not match pattern"],
  ],
  [
    'a pattern for a namespace',
    ['--set', 'excludedNamespaces={team-*}'],
    ["'/excludedNamespaces/0'", "'team-*' does not match pattern"],
  ],
  ['a setting of the chart’s own', ['--set', 'ownNamespace=other'], ["'ownNamespace' not allowed"]],
  [
    'no replica',
    ['--set', 'replicaCount=0'],
    ['replicaCount: 0: no replica would answer', 'mode=off', 'helm uninstall'],
  ],
  [
    'an image with its tag',
    ['--set', 'image.repository=registry.example.com:5000/slackwater:0.1.0'],
    ['image.repository is registry.example.com:5000/slackwater:0.1.0, with a tag', 'set image.tag or'],
  ],
  [
    'an image with its digest',
    ['--set', `image.repository=registry.example.com/slackwater@sha256:${'0'.repeat(64)}`],
    ['with a tag or a digest: write it without'],
  ],
  [
    'the id of a finding that is none',
    ['--set', 'accept.single-replca=canaries'],
    ["'/accept'", "'single-replca' not allowed"],
  ],
  [
    'a finding that is accepted without a reason',
    ['--set', 'accept.single-replica='],
    ["'/accept/single-replica'"],
  ],
  ['a failure policy that is none', ['--set', 'webhook.failurePolicy=ignore'], ["'Ignore', 'Fail'"]],
  [
    'a name that no Service can have',
    ['--set', 'fullnameOverride=My_Name'],
    ['everything would be named My_Name'],
  ],
  [
    'a certificate that is renewed before it begins',
    [...CERT_MANAGER, '--set', 'certificates.certManager.duration=168h'],
    ['renewBefore is 720h, and duration is 168h: duration must be longer than renewBefore'],
  ],
  ...['certificates.certManager.duration=90d', 'certificates.certManager.renewBefore='].map(
    (set) =>
      [
        `a duration that cert-manager cannot read: ${set}`,
        [...CERT_MANAGER, '--set', set],
        [`'/${set.replaceAll('.', '/').replace(/=.*/, '')}'`, 'does not match pattern'],
      ] as const,
  ),
  [
    'no port of the API server: the rule would allow every port',
    ['--set-json', 'networkPolicy.apiServerPorts=[]'],
    ["'/networkPolicy/apiServerPorts'", 'minItems'],
  ],
  ['one port for two', ['--set', 'healthPort=9443'], ['all three must be different']],
  [
    'cert-manager where there is none',
    ['--set', 'certificates.mode=cert-manager'],
    ['the cluster has no cert-manager.io/v1 Certificate', 'Install cert-manager first'],
  ],
  [
    'own certificates without any',
    ['--set', 'certificates.mode=own'],
    ['certificates.mode is own: name your Secret in certificates.secretName'],
  ],
  [
    'own certificates in two places',
    [...FILES, '--set', 'certificates.secretName=pair'],
    ['are both set: give one of them'],
  ],
  [
    'own certificates in another mode',
    ['--set', 'certificates.own.certFile=/run/a.crt'],
    ['certificates.mode is self-managed: set certificates.mode=own'],
  ],
  [
    'a CA that is no PEM',
    ['--set', 'certificates.mode=own,certificates.secretName=a,certificates.own.caBundle=LS0t'],
    ['is not a PEM certificate'],
  ],
  [
    'a monitor where there is no operator',
    ['--set', 'serviceMonitor.enabled=true'],
    ['the cluster has no monitoring.coreos.com/v1 ServiceMonitor', 'Install Prometheus Operator first'],
  ],
  [
    'every Pod counted twice',
    [...PROMETHEUS, '--set', 'serviceMonitor.enabled=true,podMonitor.enabled=true'],
    ['counted twice'],
  ],
  [
    'a CA of clients in two places',
    ['--set', 'webhook.clients.caSecret=a,webhook.clients.caFile=/run/ca.crt'],
    ['webhook.clients.caSecret and webhook.clients.caFile are all set', 'Give one of them'],
  ],
  [
    'names of clients without a CA',
    ['--set', 'webhook.clients.names={kube-apiserver}'],
    ['no CA that signs these names: set webhook.clients.caConfigMap'],
  ],
  [
    'a label key that is none',
    ['--set', "admissionPolicy.namespaceLabelKeys={a'b}"],
    ["'/admissionPolicy/namespaceLabelKeys/0'"],
  ],
  [
    'a Pod that runs as root',
    ['--set', 'podSecurityContext.runAsUser=0,podSecurityContext.runAsNonRoot=false'],
    [
      '\n\npodSecurityContext.runAsNonRoot is false, podSecurityContext.runAsUser is 0: Pod Security restricted forbids it.',
      'set podSecurityStandard=privileged if the namespace slackwater-system may have such Pods\n',
    ],
  ],
  [
    'a container that may do more',
    [
      ...['--set', 'containerSecurityContext.privileged=true,containerSecurityContext.procMount=Unmasked'],
      ...['--set', 'containerSecurityContext.seLinuxOptions.user=root'],
      ...['--set-json', 'containerSecurityContext.capabilities={"add":["NET_BIND_SERVICE","SYS_ADMIN"]}'],
    ],
    [
      'containerSecurityContext.privileged is true',
      'containerSecurityContext.procMount is "Unmasked"',
      'containerSecurityContext.seLinuxOptions.user is "root"',
      'containerSecurityContext.capabilities.add has SYS_ADMIN: Pod Security restricted forbids it',
    ],
  ],
  [
    'what restricted requires is removed',
    [
      ...['--set-json', 'podSecurityContext={"runAsNonRoot":null,"seccompProfile":null}'],
      ...[
        '--set-json',
        'containerSecurityContext={"allowPrivilegeEscalation":null,"capabilities":{"drop":["KILL"]}}',
      ],
    ],
    [
      'podSecurityContext.runAsNonRoot is missing',
      'podSecurityContext.seccompProfile.type is missing',
      'containerSecurityContext.allowPrivilegeEscalation is missing',
      'containerSecurityContext.capabilities.drop has no ALL',
    ],
  ],
  [
    'a sysctl that is not safe, and files of the node',
    [
      ...['--set-json', 'podSecurityContext={"sysctls":[{"name":"kernel.msgmax","value":"1"}]}'],
      ...['--set-json', 'extraVolumes=[{"name":"a","hostPath":{"path":"/"}}]'],
    ],
    ['podSecurityContext.sysctls has kernel.msgmax, extraVolumes[0].hostPath: Pod Security'],
  ],
  ...(
    [
      ['podSecurityContext', { runAsUser: '0' }, 'runAsUser'],
      ['podSecurityContext', { seccompProfile: 'Unconfined' }, 'seccompProfile'],
      ['podSecurityContext', { sysctls: ['kernel.msgmax'] }, 'sysctls/0'],
      ['containerSecurityContext', { capabilities: ['ALL'] }, 'capabilities'],
      ['containerSecurityContext', { capabilities: { drop: 'ALL' } }, 'capabilities/drop'],
    ] as const
  ).map(
    ([value, context, field]) =>
      [
        `${value}: ${JSON.stringify(context)}`,
        ['--set-json', `${value}=${JSON.stringify(context)}`],
        [`at '/${value}/${field}': got `],
      ] as const,
  ),
  ['a standard that is none', ['--set', 'podSecurityStandard=baseline'], ["'/podSecurityStandard'"]],
  [
    'only namespaces that are never touched',
    ['--set-json', 'webhook.namespaceSelector={"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}'],
    ['webhook.namespaceSelector selects only kube-system, where Slackwater changes nothing', 'set mode=off'],
  ],
  [
    'the same as an expression, of what is excluded',
    [
      ...['--set-json', 'excludedNamespaces=["monitoring"]'],
      '--set-json',
      'webhook.namespaceSelector={"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["monitoring","slackwater-system"]}]}',
    ],
    ['webhook.namespaceSelector selects only monitoring, slackwater-system'],
  ],
  [
    'a misspelled selector',
    ['--set-json', 'webhook.namespaceSelector={"matchLabel":{"team":"shop"}}'],
    ["'/webhook/namespaceSelector'", "'matchLabel' not allowed"],
  ],
  [
    'a label that YAML takes for true',
    ['--set', 'webhook.objectSelector.matchLabels.slackwater=true'],
    ["'/webhook/objectSelector/matchLabels/slackwater'", 'got boolean, want string'],
  ],
  [
    'an operator that no selector has',
    [
      '--set-json',
      'webhook.objectSelector={"matchExpressions":[{"key":"a","operator":"Equals","values":["b"]}]}',
    ],
    ["'/webhook/objectSelector/matchExpressions/0/operator'"],
  ],
  [
    'In without values',
    ['--set-json', 'webhook.objectSelector={"matchExpressions":[{"key":"a","operator":"In"}]}'],
    ["missing property 'values'"],
  ],
  [
    'a condition with a name of ours',
    ['--set-json', 'webhook.matchConditions=[{"name":"is-not-controlled","expression":"true"}]'],
    ['webhook.matchConditions[0].name is is-not-controlled, which is a condition of the chart'],
  ],
  [
    'two conditions of one name',
    [
      '--set-json',
      'webhook.matchConditions=[{"name":"a","expression":"true"},{"name":"a","expression":"true"}]',
    ],
    ['webhook.matchConditions[1].name is a, as another before it'],
  ],
  [
    'more conditions than the API server accepts beside ours',
    [
      '--set-json',
      `webhook.matchConditions=${JSON.stringify(Array.from({ length: 62 }, (_, i) => ({ name: `a${i}`, expression: 'true' })))}`,
    ],
    ["'/webhook/matchConditions'", 'maxItems: got 62, want 61'],
  ],
  ['a pull secret without a name', ['--set-json', 'imagePullSecrets=[{"nmae":"a"}]'], ["'nmae' not allowed"]],
  ['no pull secret', ['--set-json', 'imagePullSecrets=[""]'], ["'/imagePullSecrets/0'"]],
  ['a history before the first', ['--set', 'revisionHistoryLimit=-1'], ["'/revisionHistoryLimit'"]],
  ['an annotation that is a number', ['--set', 'serviceAnnotations.port=1'], ["'/serviceAnnotations/port'"]],
  [
    'a name of others that no Service can have',
    ['--set', 'nameOverride=Tide'],
    ['everything would be named slackwater-Tide', 'set fullnameOverride'],
  ],
  [
    'an alert of Prometheus among the further objects, not quoted',
    ['--set-json', 'extraObjects=["a: {{ $labels.pod }}"]'],
    ['slackwater/templates/extra-objects.yaml', 'undefined variable "$labels"'],
  ],
  ['a further object that is none', ['--set-json', 'extraObjects=[1]'], ["'/extraObjects/0'"]],
  ['rights for every Pod', ['--set', 'serviceAccount.create=false'], ['Set serviceAccount.name']],
]
