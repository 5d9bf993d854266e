import { type Attack, range } from './attack.ts'
import { binding, ingress, missingPort, portsOf, services } from './objects.ts'

export const BINDING_ATTACKS: readonly Attack[] = [
  {
    name: 'TargetGroupBindings of one Service and port',
    counts: 'TargetGroupBindings',
    largest: 1_500,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ...range(size).map((index) => binding(namespace, `b${index}`, 's0')),
    ],
  },
  {
    name: 'TargetGroupBindings and Ingresses of one Service and port',
    counts: 'TargetGroupBindings, and Ingresses',
    largest: 800,
    objects: (size, { namespace }) => [
      ...services(namespace, 1),
      ...range(size).map((index) => binding(namespace, `b${index}`, 's0')),
      ...range(size).map((index) => ingress(namespace, `i${index}`, [{ service: 's0' }])),
    ],
  },
  {
    name: 'TargetGroupBindings to a port that their Service of many ports has not',
    counts: 'TargetGroupBindings, and ten times as many ports',
    largest: 500,
    objects: (size, { namespace }) => [
      portsOf(namespace, size * 10),
      ...range(size).map((index) => binding(namespace, `b${index}`, 's0', missingPort)),
    ],
  },
]
