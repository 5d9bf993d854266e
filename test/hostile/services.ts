import { type Attack, range } from './attack.ts'
import { ingress, missingPort, nlbService, portsOf, service, services } from './objects.ts'

const NLB = 'service.beta.kubernetes.io/aws-load-balancer'

const forward = (name: string, port = 80): string =>
  JSON.stringify({
    type: 'forward',
    forwardConfig: { targetGroups: [{ serviceName: name, servicePort: port }] },
  })

export const SERVICE_ATTACKS: readonly Attack[] = [
  {
    name: 'actions of a Service, to as many Services',
    counts: 'actions and Services',
    // 140 bytes an action.
    largest: 1_800,
    objects: (size, { namespace }) => [
      ...services(namespace, size),
      nlbService(namespace, 'lb', {
        annotations: Object.fromEntries(
          range(size).map((index) => [
            `service.beta.kubernetes.io/actions.TCP-${index + 1}`,
            forward(`s${index}`),
          ]),
        ),
      }),
    ],
  },
  {
    name: 'actions of a Service to ports that a Service of many ports has not',
    counts: 'actions, and twice as many ports',
    // 140 bytes an action.
    largest: 1_800,
    objects: (size, { namespace }) => [
      portsOf(namespace, size * 2),
      nlbService(namespace, 'lb', {
        annotations: Object.fromEntries(
          range(size).map((index) => [
            `service.beta.kubernetes.io/actions.TCP-${index + 1}`,
            forward('s0', missingPort - index),
          ]),
        ),
      }),
    ],
  },
  {
    name: 'ports of a Service, each with attributes of its own',
    counts: 'ports, and annotations',
    // 118 bytes an annotation.
    largest: 2_100,
    objects: (size, { namespace }) => [
      nlbService(namespace, 'lb', {
        ports: size,
        annotations: Object.fromEntries(
          range(size).map((index) => [
            `${NLB}-target-group-attributes.${index + 1}`,
            `deregistration_delay.timeout_seconds=${index}`,
          ]),
        ),
      }),
    ],
  },
  {
    name: 'ports of a Service behind an NLB',
    counts: 'ports',
    // A choice: the API server takes more, and so does an NLB not.
    largest: 5_000,
    objects: (size, { namespace }) => [nlbService(namespace, 'lb', { ports: size })],
  },
  {
    name: 'listener-attributes for as many ports',
    counts: 'annotations',
    // 100 bytes an annotation.
    largest: 2_500,
    objects: (size, { namespace }) => [
      nlbService(namespace, 'lb', {
        annotations: Object.fromEntries(
          range(size).map((index) => [
            `${NLB}-listener-attributes.TCP-${index + 1}`,
            'tcp.idle_timeout.seconds=60',
          ]),
        ),
      }),
    ],
  },
  {
    name: 'Services with one selector, each with an NLB',
    counts: 'Services',
    largest: 1_500,
    objects: (size, { namespace }) => range(size).map((index) => nlbService(namespace, `s${index}`)),
  },
  {
    name: 'Services with one selector that nothing refers to',
    counts: 'Services',
    largest: 2_000,
    objects: (size, { namespace }) => services(namespace, size),
  },
  {
    name: 'a Service whose selector has as many pairs',
    counts: 'pairs, and labels of the Pods',
    largest: 10_000,
    objects: (size, { namespace }) => [
      service(namespace, 's0', { selector: labels(size) }),
      ingress(namespace, 'i', [{ service: 's0' }]),
    ],
    template: (size) => ({
      metadata: { labels: labels(size) },
      spec: { containers: [{ name: 'app', image: 'web:1' }] },
    }),
  },
]

const labels = (count: number) => ({
  app: 'web',
  ...Object.fromEntries(range(count).map((index) => [`l${index}`, 'x'])),
})
