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
  ['a registry that is none', ['--set-json', 'global.imageRegistry={"a":1}'], ["'/global/imageRegistry'"]],
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
  ['rights for every Pod', ['--set', 'serviceAccount.create=false'], ['Set serviceAccount.name']],
]
