import { type Attack, range } from './attack.ts'
import { binding, ingress, services } from './objects.ts'

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
]
