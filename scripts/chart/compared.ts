/**
 * What the charts of other admission webhooks and controllers can be told, beside this one: read in their values.yaml and
 * templates at these versions, for the component that serves admission. A test holds the names of our own values true.
 */
export interface Compared {
  readonly what: string
  readonly certManager: string
  readonly kyverno: string
  readonly lbc: string
  readonly ours: string
}

export const COMPARED_ON = '2026-11-29'
export const COMPARED_WITH = {
  certManager: 'cert-manager 1.21.1',
  kyverno: 'Kyverno 3.9.0 (app 1.19.0)',
  lbc: 'AWS Load Balancer Controller 3.5.0',
} as const

const NONE = 'no'

export const COMPARED: readonly Compared[] = [
  {
    what: 'which namespaces its webhooks are asked about',
    certManager:
      '`webhook.mutatingWebhookConfiguration.namespaceSelector`, and for the validating one; replaces the default',
    kyverno: '`config.webhooks.namespaceSelector`; replaces the default, which leaves out kube-system',
    lbc: '`webhookNamespaceSelectors`, which replaces the default, and two more for webhooks that have none',
    ours: '`webhook.namespaceSelector`, in addition to the default; `excludedNamespaces` by name; the report reads both',
  },
  {
    what: 'which objects',
    certManager: NONE,
    kyverno: '`config.webhooks.objectSelector`',
    lbc: '`objectSelector` and two more, in addition to the default',
    ours: '`webhook.objectSelector`, which the report reads too',
  },
  {
    what: 'further conditions in CEL',
    certManager: NONE,
    kyverno: '`config.matchConditions`',
    lbc: NONE,
    ours: '`webhook.matchConditions`, in addition to its own',
  },
  {
    what: 'what happens without an answer',
    certManager: 'always rejected',
    kyverno: 'as each policy says; `features.forceFailurePolicyIgnore.enabled`',
    lbc: '`podMutatorWebhookConfig.failurePolicy` and two more',
    ours: '`webhook.failurePolicy`; with the validating webhook nothing is rejected',
  },
  {
    what: 'how long the API server waits',
    certManager: '`webhook.timeoutSeconds`',
    kyverno: 'as each policy says',
    lbc: 'always 10 s',
    ours: '`webhook.pods.timeoutSeconds`, `webhook.workloads.timeoutSeconds`, `webhook.validate.timeoutSeconds`',
  },
  {
    what: 'annotations of webhook configurations',
    certManager: '`webhook.mutatingWebhookConfigurationAnnotations`, and for the validating one',
    kyverno: '`config.webhookAnnotations`, `config.webhookLabels`',
    lbc: NONE,
    ours: '`webhook.annotations`; labels with `commonLabels`',
  },
  {
    what: 'pull secrets',
    certManager: '`global.imagePullSecrets`',
    kyverno: '`admissionController.imagePullSecrets`, else `global.imagePullSecrets`',
    lbc: '`imagePullSecrets`, `serviceAccount.imagePullSecrets`',
    ours: '`imagePullSecrets` and `global.imagePullSecrets` together, as objects or names',
  },
  {
    what: 'one registry for every image',
    certManager: '`imageRegistry`, not global',
    kyverno: '`global.image.registry`',
    lbc: 'no: a part of `image.repository`',
    ours: '`global.imageRegistry`',
  },
  {
    what: 'names',
    certManager: '`nameOverride`, `fullnameOverride`, `namespace`',
    kyverno: '`nameOverride`, `fullnameOverride`, `namespaceOverride`',
    lbc: '`nameOverride`, `fullnameOverride`',
    ours: '`nameOverride`, `fullnameOverride`. Not the namespace: it is the release’s',
  },
  {
    what: 'security contexts',
    certManager: '`webhook.securityContext`, `webhook.containerSecurityContext`; merged by Helm',
    kyverno: '`admissionController.podSecurityContext`, and for each container; merged by Helm',
    lbc: '`podSecurityContext`, `securityContext`; merged by Helm. The default is not that of Pod Security restricted',
    ours: '`podSecurityContext`, `containerSecurityContext`; merged by the chart. What Pod Security restricted forbids is refused, unless `podSecurityStandard` allows it',
  },
  {
    what: 'labels and annotations of the Deployment',
    certManager: '`webhook.deploymentAnnotations`; labels for all objects: `global.commonLabels`',
    kyverno: '`admissionController.labels`, `admissionController.annotations`',
    lbc: '`deploymentAnnotations`; labels for all objects: `additionalLabels`',
    ours: '`deploymentLabels`, `deploymentAnnotations`; for all objects: `commonLabels`, `commonAnnotations`',
  },
  {
    what: 'labels and annotations of the Service',
    certManager: '`webhook.serviceLabels`, `webhook.serviceAnnotations`',
    kyverno: '`admissionController.service.annotations`',
    lbc: '`serviceAnnotations`',
    ours: '`serviceLabels`, `serviceAnnotations`',
  },
  {
    what: 'IP families and traffic distribution of the Service',
    certManager: '`webhook.serviceIPFamilyPolicy`, `webhook.serviceIPFamilies`',
    kyverno: '`admissionController.service.trafficDistribution`',
    lbc: NONE,
    ours: 'no: those of the cluster; `listenAddress` for IPv6',
  },
  {
    what: 'runtime class',
    certManager: '`webhook.runtimeClassName`, `global.runtimeClassName`',
    kyverno: NONE,
    lbc: '`runtimeClassName`; in this version Helm fails if it is set',
    ours: '`runtimeClassName`',
  },
  {
    what: 'user namespaces',
    certManager: '`global.hostUsers`',
    kyverno: NONE,
    lbc: NONE,
    ours: NONE,
  },
  {
    what: 'host network, DNS',
    certManager: '`webhook.hostNetwork`; for its controller `podDnsPolicy`, `podDnsConfig`, `hostAliases`',
    kyverno:
      '`admissionController.hostNetwork`, `admissionController.dnsPolicy`, `admissionController.dnsConfig`',
    lbc: '`hostNetwork`, `dnsPolicy`',
    ours: '`hostNetwork`, `dnsPolicy`. No more: it connects to the API server only, by its address',
  },
  {
    what: 'more objects',
    certManager: '`extraObjects`, as text',
    kyverno: NONE,
    lbc: NONE,
    ours: '`extraObjects`, as text or maps',
  },
  {
    what: 'more containers',
    certManager: 'for its controller `extraContainers`',
    kyverno: '`admissionController.extraContainers`, `admissionController.extraInitContainers`',
    lbc: NONE,
    ours: 'no: a container beside it could read the report on 127.0.0.1, and would have to end after it. It calls no cloud, so it needs no proxy for credentials',
  },
  {
    what: 'more arguments, variables, volumes',
    certManager: '`webhook.extraArgs`, `webhook.extraEnv`, `webhook.volumes`, `webhook.volumeMounts`',
    kyverno: '`extraArgs`, `extraEnvVars`, `extraVolumes`, `extraVolumeMounts` below `admissionController`',
    lbc: '`env`, `envFrom`, `extraVolumes`, `extraVolumeMounts`',
    ours: '`extraArgs`, `extraEnv`, `extraVolumes`, `extraVolumeMounts`',
  },
  {
    what: 'replicas by default',
    certManager: '1 (`webhook.replicaCount`)',
    kyverno: '1 (`admissionController.replicas`)',
    lbc: '2 (`replicaCount`)',
    ours: '2 (`replicaCount`)',
  },
  {
    what: 'HorizontalPodAutoscaler',
    certManager: NONE,
    kyverno: '`admissionController.autoscaling`',
    lbc: '`autoscaling`',
    ours: 'no: [why there is no autoscaler](#why-there-is-no-autoscaler)',
  },
  {
    what: 'PodDisruptionBudget',
    certManager: '`webhook.podDisruptionBudget`, off by default',
    kyverno: '`admissionController.podDisruptionBudget`; always with more than one replica',
    lbc: '`podDisruptionBudget`, off by default',
    ours: '`podDisruptionBudget.enabled`, on by default. A Pod that is not ready may always be evicted',
  },
  {
    what: 'NetworkPolicy',
    certManager: '`webhook.networkPolicy`, off by default',
    kyverno: '`admissionController.networkPolicy`, off by default',
    lbc: NONE,
    ours: '`networkPolicy.enabled`, on by default',
  },
  {
    what: 'update strategy',
    certManager: '`webhook.strategy`',
    kyverno: '`admissionController.updateStrategy`',
    lbc: '`updateStrategy`',
    ours: 'no: [its rollouts](#rollouts-of-slackwater-itself) lose no call because a new Pod is ready before an old one ends',
  },
  {
    what: 'old ReplicaSets that are kept',
    certManager: '`global.revisionHistoryLimit`',
    kyverno: '`admissionController.revisionHistoryLimit`',
    lbc: '`revisionHistoryLimit`',
    ours: '`revisionHistoryLimit`',
  },
  {
    what: 'probes',
    certManager: '`webhook.livenessProbe`, `webhook.readinessProbe`',
    kyverno: '`startupProbe`, `livenessProbe`, `readinessProbe` below `admissionController`',
    lbc: '`livenessProbe`, `readinessProbe`',
    ours: 'no: their times belong to those of the program',
  },
  {
    what: 'how a Pod ends',
    certManager: NONE,
    kyverno: '`admissionController.container.lifecycle`',
    lbc: '`terminationGracePeriodSeconds`',
    ours: '`termination.sleepSeconds`, `termination.drainSeconds`; the grace period is computed from them',
  },
  {
    what: 'certificates of others',
    certManager: 'its own',
    kyverno: '`admissionController.certManager.enabled`, or own Secrets',
    lbc: '`enableCertManager`, `webhookTLS`',
    ours: '`certificates.mode`: self-managed, cert-manager or own',
  },
  {
    what: 'a misspelled value is refused (schema)',
    certManager: 'yes',
    kyverno: NONE,
    lbc: NONE,
    ours: 'yes, except below fields of Kubernetes objects',
  },
]

/** The table in the chart's README. */
export function comparedTable(): readonly string[] {
  const { certManager, kyverno, lbc } = COMPARED_WITH
  return [
    `| ${COMPARED_ON} | ${certManager} | ${kyverno} | ${lbc} | Slackwater |`,
    '|---|---|---|---|---|',
    ...COMPARED.map(
      (row) => `| ${row.what} | ${row.certManager} | ${row.kyverno} | ${row.lbc} | ${row.ours} |`,
    ),
  ]
}
