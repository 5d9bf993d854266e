/**
 * What a thief with the ServiceAccount's token could do with each permission: with the permission alone, and with the
 * chart's policies. `test/e2e/stolen-token.e2e.ts` tries both.
 */
export interface Risk {
  /** `get, patch namespaces`: verbs and resources of the rules in deploy/rbac.yaml, as written there. */
  readonly rules: readonly string[]
  /** What these rules together allow. */
  readonly called: string
  readonly alone: string
  readonly narrowed: string
  /** The value that removes the permission; absent: Slackwater requires it. */
  readonly leftOutBy?: string
}

const THE_SAME = 'the same: the policies restrict only writes'

export const RISKS: readonly Risk[] = [
  {
    rules: [
      'list, watch services',
      'list, watch ingresses, ingressclasses',
      'list, watch ingressclassparams, targetgroupbindings',
      'list, watch gatewayclasses, gateways, grpcroutes, httproutes, listenersets, referencegrants, tcproutes, tlsroutes, udproutes',
      'list, watch listenerruleconfigurations, loadbalancerconfigurations, targetgroupconfigurations',
      'list, watch mutatingwebhookconfigurations',
    ],
    called: 'read Services, Ingresses, routes and load balancer resources',
    alone: 'read names, hosts, ports, AWS identifiers, and which webhooks exist',
    narrowed: THE_SAME,
  },
  {
    rules: ['list, watch daemonsets, deployments, statefulsets', 'list, watch rollouts'],
    called: 'read workloads',
    alone: 'read images, arguments, and environment variables in plain text; only the names of Secrets',
    narrowed: THE_SAME,
  },
  {
    rules: [
      'list, watch horizontalpodautoscalers',
      'list, watch poddisruptionbudgets',
      'list, watch scaledobjects',
    ],
    called: 'read what scales workloads and what protects them from evictions',
    alone:
      'read numbers of replicas, labels of Pods, names and selectors of metrics, and what the triggers of KEDA have written in plain text',
    narrowed: THE_SAME,
  },
  {
    rules: ['list, watch nodepools'],
    called: 'read what Karpenter’s nodes are made of',
    alone: 'read requirements, labels, taints and limits of nodes',
    narrowed: THE_SAME,
  },
  {
    rules: ['list pods', 'watch pods', 'list replicasets'],
    called: 'read Pods and ReplicaSets',
    alone: 'the same for running Pods, and their nodes',
    narrowed: THE_SAME,
    leftOutBy: '`rbac.report: false`, for Pods with `namespaceLabels: report`',
  },
  {
    rules: ['list, watch events'],
    called: 'read Events',
    alone:
      'read what components report about every object: names, images, nodes, failures of probes and hooks',
    narrowed: THE_SAME,
    leftOutBy: '`rbac.departures: false`',
  },
  {
    rules: ['get, patch mutatingwebhookconfigurations', 'get, patch validatingwebhookconfigurations'],
    called: 'write its own webhook configurations',
    alone:
      'redirect every object in the cluster to a server of their own, which can inject a privileged container into any of them: **this is cluster-admin**',
    narrowed:
      'write another CA: API servers then continue without Slackwater (`failurePolicy: Ignore`) until the leader restores it, within 5 s',
    leftOutBy:
      '`certificates.mode` other than `self-managed`; the validating one also `webhook.validate.enabled: false`',
  },
  {
    rules: ['get, list, watch, patch namespaces'],
    called: 'read and write Namespaces',
    alone:
      'remove Pod Security labels, or set labels that network policies, webhooks and quotas use as selectors',
    narrowed:
      'set a readiness-gate label where there is none, and remove those that Slackwater has set: new Pods then start without their gate',
    leftOutBy: '`namespaceLabels: report` (writing)',
  },
  {
    rules: ['get, patch deployments, statefulsets'],
    called: 'write Deployments and StatefulSets',
    alone: 'run any image, as any ServiceAccount, privileged, on any node: **this is cluster-admin**',
    narrowed:
      'roll out, once each, workloads that were never rolled out and have no record, with a sleep and a grace period that are up to one hour longer; images, commands, volumes and replicas stay as they are',
    leftOutBy: '`adopt: off` (writing)',
  },
  {
    rules: ['create, patch events'],
    called: 'write Events',
    alone: 'change the Events of every component, and mislead people and programs that read them',
    narrowed: 'write false Events in Slackwater’s name; the API server deletes Events after an hour',
    leftOutBy: '`rbac.events: false`',
  },
  {
    rules: ['create leases', 'get, update leases'],
    called: 'write Leases in its own namespace',
    alone: 'create Leases there, and hold leadership: nothing is labeled, adopted or renewed meanwhile',
    narrowed: 'hold leadership; admission continues',
  },
  {
    rules: ['list, watch configmaps'],
    called: 'read the ConfigMap slackwater-observed in its own namespace',
    alone: 'read AWS identifiers of load balancers, and how fast they stop sending',
    narrowed: THE_SAME,
  },
  {
    rules: ['get, create, patch secrets'],
    called: 'read and write the Secret of its certificates',
    alone:
      'read the serving key and impersonate Slackwater wherever API server calls can be intercepted; turn the Secret into a token that never expires',
    narrowed: 'read the key and impersonate Slackwater in the same way; the Secret stays of type Opaque',
    leftOutBy: '`certificates.mode` other than `self-managed`',
  },
]
