/**
 * What somebody with the token of the ServiceAccount could do by each right: by the right alone, and where the chart's
 * policies narrow it. `test/e2e/stolen-token.e2e.ts` tries both.
 */
export interface Risk {
  /** `get, patch namespaces`: verbs and resources of the rules of deploy/rbac.yaml, as they stand there. */
  readonly rules: readonly string[]
  /** What these rules are called together. */
  readonly called: string
  readonly alone: string
  readonly narrowed: string
  /** The value that leaves the right out; absent: Slackwater cannot do without. */
  readonly leftOutBy?: string
}

const THE_SAME = 'the same: policies are about writing'

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
    called: 'read what leads to workloads',
    alone: 'learn names, hosts, ports, identifiers of AWS, and which webhooks there are',
    narrowed: THE_SAME,
  },
  {
    rules: ['list, watch daemonsets, deployments, statefulsets', 'list, watch rollouts'],
    called: 'read workloads',
    alone:
      'learn images, arguments, and what stands in environment variables as plain text; of Secrets only the names',
    narrowed: THE_SAME,
  },
  {
    rules: ['list pods', 'list replicasets'],
    called: 'read Pods and ReplicaSets',
    alone: 'the same of what runs, and on which node',
    narrowed: THE_SAME,
    leftOutBy: '`rbac.report: false`',
  },
  {
    rules: ['get, patch mutatingwebhookconfigurations'],
    called: 'write its own webhook configuration',
    alone:
      'send every object of the cluster through a server of their own, which may put a privileged container into any of them: **the cluster is theirs**',
    narrowed:
      'write another CA: API servers then go on without Slackwater (`failurePolicy: Ignore`), until the leader writes it back within 5 s',
    leftOutBy: '`certificates.mode` other than `self-managed`',
  },
  {
    rules: ['get, list, watch, patch namespaces'],
    called: 'read and write Namespaces',
    alone: 'take Pod Security away, or set labels that network policies, webhooks and quotas go by',
    narrowed:
      'set a readiness-gate label where there is none, and take away those that Slackwater has set: new Pods then come without their gate',
    leftOutBy: '`namespaceLabels: report` (writing)',
  },
  {
    rules: ['get, patch deployments, statefulsets'],
    called: 'write Deployments and StatefulSets',
    alone: 'run any image, as any ServiceAccount, privileged, on any node: **the cluster is theirs**',
    narrowed:
      'roll out, once each, workloads that were never rolled out and carry no record, with a sleep and a grace period of up to an hour more; no image, no command, no volume, no replica changes',
    leftOutBy: '`adopt: off` (writing)',
  },
  {
    rules: ['create, patch events'],
    called: 'write Events',
    alone: 'change what anybody has reported, and mislead people and programs that read it',
    narrowed: 'report false things in Slackwater’s own name; Events go after an hour',
    leftOutBy: '`rbac.events: false`',
  },
  {
    rules: ['create leases', 'get, update leases'],
    called: 'write Leases in its own namespace',
    alone: 'make Leases there, and pretend to lead: nothing is labelled, adopted or renewed meanwhile',
    narrowed: 'pretend to lead; admission goes on',
  },
  {
    rules: ['get, create, patch secrets'],
    called: 'read and write the Secret of its certificates',
    alone:
      'serve in Slackwater’s place, for whoever reaches an address that API servers call; turn the Secret into a token that never expires',
    narrowed: 'the first; the Secret stays one of type Opaque',
    leftOutBy: '`certificates.mode` other than `self-managed`',
  },
]
