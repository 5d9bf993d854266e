import { type Attack, type RawObject, range } from './attack.ts'
import { ALB, GROUP, ingress, missingPort, portsOf, services } from './objects.ts'

/** `{"serviceName":"s0",…}`, so many of them. */
const action = (groups: number): string =>
  JSON.stringify({
    type: 'forward',
    forwardConfig: {
      targetGroups: range(groups).map((index) => ({ serviceName: `s${index}`, servicePort: 80, weight: 1 })),
    },
  })

const toAction = (name: string) => ({ service: name, port: 'use-annotation' }) as const

const inGroup = (name: string) => ({ [`${ALB}/group.name`]: name })

/** As long as a host name may be (RFC 1123), in labels of at most 63. */
export const longHost = (index: number): string => {
  const start = `h${index}-`
  const first = start + 'a'.repeat(63 - start.length)
  return [first, 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(61)].join('.')
}

export const INGRESS_ATTACKS: readonly Attack[] = [
  {
    name: 'paths of an Ingress that name one action of as many groups',
    counts: 'paths, and target groups of the action',
    // 49 bytes a group: 256 KiB of annotations.
    largest: 5_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ingress(
        namespace,
        'bomb',
        range(size).map(() => toAction('a')),
        { annotations: { [`${ALB}/actions.a`]: action(size) } },
      ),
    ],
  },
  {
    name: 'paths of an Ingress that name one action that cannot be read',
    counts: 'paths, and target groups of the action',
    largest: 5_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ingress(namespace, 'broken', [{ service: 's0' }, ...range(size).map(() => toAction('a'))], {
        annotations: { [`${ALB}/actions.a`]: `${action(size)}}` },
      }),
    ],
  },
  {
    name: 'an action of its own for each path of an Ingress',
    counts: 'paths and actions',
    // 140 bytes an action.
    largest: 1_800,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ingress(
        namespace,
        'actions',
        range(size).map((index) => toAction(`a${index}`)),
        {
          annotations: Object.fromEntries(
            range(size).map((index) => [`${ALB}/actions.a${index}`, action(1)]),
          ),
        },
      ),
    ],
  },
  {
    name: 'Ingresses of one group with load-balancer-attributes of their own',
    counts: 'Ingresses and Services',
    largest: 1_000,
    objects: (size, { namespace }) => [
      ...services(namespace, size),
      ...range(size).map((index) => grouped(namespace, index)),
    ],
  },
  {
    name: 'Ingresses of one group that lead to one Service',
    counts: 'Ingresses',
    largest: 1_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ...range(size).map((index) => ({ ...grouped(namespace, index), spec: toOne.spec })),
    ],
  },
  {
    name: 'Ingresses that join the group of a neighbor',
    counts: 'Ingresses and Services',
    largest: 1_000,
    objects: (size, { namespace }) => [
      ...services(namespace, size),
      ...range(size).map((index) =>
        ingress(namespace, `i${index}`, [{ service: `s${index}` }], { annotations: inGroup(GROUP) }),
      ),
    ],
  },
  {
    name: 'paths of an Ingress that lead to as many Services',
    counts: 'paths and Services',
    largest: 2_000,
    objects: (size, { namespace }) => [
      ingress(
        namespace,
        'wide',
        range(size).map((index) => ({ service: `s${index}` })),
      ),
      ...services(namespace, size),
    ],
  },
  {
    name: 'paths of an Ingress that lead to one Service',
    counts: 'paths',
    // About 100 bytes a path.
    largest: 10_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ingress(
        namespace,
        'narrow',
        range(size).map(() => ({ service: 's0' })),
      ),
    ],
  },
  {
    name: 'paths of an Ingress to a port that its Service of as many ports has not',
    counts: 'paths, and ports of the Service',
    // About 100 bytes a path; a port takes twice as much with what the API server notes of who set it.
    largest: 5_000,
    objects: (size, { namespace }) => [
      portsOf(namespace, size),
      ingress(
        namespace,
        'ports',
        range(size).map(() => ({ service: 's0', port: missingPort })),
      ),
    ],
  },
  {
    name: 'hosts of 253 characters',
    counts: 'rules of an Ingress',
    // About 400 bytes a rule.
    largest: 3_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ingress(
        namespace,
        'hosts',
        range(size).map((index) => ({ service: 's0', host: longHost(index) })),
      ),
    ],
  },
  {
    name: 'Ingresses with as many annotations as fit',
    counts: 'bytes of annotations of each of 400 Ingresses',
    largest: 250_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ...range(400).map((index) =>
        ingress(namespace, `i${index}`, [{ service: 's0' }], {
          annotations: { [`${ALB}/target-group-attributes`]: `${'a=1,'.repeat(size / 4)}b=2` },
        }),
      ),
    ],
  },
  {
    name: 'an IngressClass whose parameters select namespaces by as many values',
    counts: 'values, and a twentieth as many Ingresses',
    largest: 10_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      {
        apiVersion: 'elbv2.k8s.aws/v1beta1',
        kind: 'IngressClassParams',
        metadata: { name: 'hostile' },
        spec: {
          namespaceSelector: {
            matchExpressions: [
              { key: 'team', operator: 'NotIn', values: range(size).map((one) => `v${one}`) },
            ],
          },
        },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: 'hostile' },
        spec: {
          controller: 'ingress.k8s.aws/alb',
          parameters: { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: 'hostile' },
        },
      },
      ...range(Math.ceil(size / 20)).map((index) =>
        ingress(namespace, `i${index}`, [{ service: 's0' }], { className: 'hostile' }),
      ),
    ],
  },
  {
    name: 'an Argo Rollout that routes through many Ingresses',
    counts: 'Ingresses',
    largest: 1_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 2),
      ...range(size).map((index) => ingress(namespace, `i${index}`, [toAction('s0')])),
      rollout(
        namespace,
        'r',
        range(size).map((index) => `i${index}`),
      ),
    ],
  },
  {
    name: 'an Argo Rollout that routes through many Ingresses with many ports each',
    counts: 'Ingresses, and ports of each',
    largest: 200,
    objects: (size, { namespace }) => [
      ...services(namespace, 2),
      ...range(size).map((index) => ingress(namespace, `i${index}`, [toAction('s0')])),
      rollout(
        namespace,
        'r',
        range(size).map((index) => `i${index}`),
        range(size).map((port) => port + 1),
      ),
    ],
  },
  {
    name: 'Argo Rollouts that route through one Ingress',
    counts: 'Rollouts, and paths of the Ingress',
    largest: 1_000,
    objects: (size, { namespace }) => [
      ...services(namespace, 2),
      ingress(
        namespace,
        'i',
        range(size).map(() => toAction('s0')),
      ),
      ...range(size).map((index) => rollout(namespace, `r${index}`, ['i'])),
    ],
  },
]

const toOne = ingress('', '', [{ service: 's0' }])

/** A backend of its own, and one of 3,000 idle timeouts. */
const grouped = (namespace: string, index: number): RawObject =>
  ingress(namespace, `i${index}`, [{ service: `s${index}` }], {
    annotations: {
      ...inGroup(namespace),
      [`${ALB}/load-balancer-attributes`]: `idle_timeout.timeout_seconds=${60 + (index % 3_000)}`,
    },
  })

/** Stable `s0`, canary `s1`. */
const rollout = (
  namespace: string,
  name: string,
  ingresses: readonly string[],
  ports: readonly number[] = [],
): RawObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name, namespace },
  spec: {
    strategy: {
      canary: {
        stableService: 's0',
        canaryService: 's1',
        trafficRouting: {
          alb: {
            ingresses,
            servicePort: 80,
            servicePorts: ingresses.map((name) => ({ ingress: name, servicePorts: ports })),
          },
        },
      },
    },
  },
})
