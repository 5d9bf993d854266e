import { RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import { type Attack, type Place, type RawObject, range } from './attack.ts'
import { deployment, ingress, services, template } from './objects.ts'

/** What the tenant's Pods stand behind while they are asked about. */
const exposed = (_size: number, { namespace }: Place): readonly RawObject[] => [
  ...services(namespace, 1),
  ingress(namespace, 'i', [{ service: 's0' }]),
]

const record = (entries: number): string =>
  JSON.stringify({
    grace: { before: null, after: 75 },
    sleep: Object.fromEntries(range(entries).map((index) => [`c${index}`, 45])),
    created: { annotations: true, lifecycle: range(entries).map((index) => `c${index}`) },
  })

const containers = (count: number): readonly object[] =>
  range(count).map((index) => ({ name: `c${index}`, image: 'web:1' }))

export const WORKLOAD_ATTACKS: readonly Attack[] = [
  {
    name: 'containers of a template',
    counts: 'containers',
    // With what the API server fills in, about 200 bytes each: near the 8 MiB that a review may have is the end.
    largest: 20_000,
    objects: exposed,
    template: (size) => template({}, undefined, containers(size)),
  },
  {
    name: 'a record of as many containers',
    counts: 'entries of the record',
    // 20 bytes an entry.
    largest: 12_000,
    objects: exposed,
    template: (size) => template({}, { [RECORD_ANNOTATION]: record(size) }),
  },
  {
    name: 'a record, with the containers that it names',
    counts: 'containers and entries',
    largest: 10_000,
    objects: exposed,
    template: (size) => template({}, { [RECORD_ANNOTATION]: record(size) }, containers(size)),
  },
  {
    name: 'a record that is no record',
    counts: 'bytes',
    largest: 250_000,
    objects: exposed,
    template: (size) => template({}, { [RECORD_ANNOTATION]: '['.repeat(size) }),
  },
  {
    name: 'labels of a template',
    counts: 'labels',
    largest: 20_000,
    objects: exposed,
    template: (size) => template(Object.fromEntries(range(size).map((index) => [`l${index}`, 'x']))),
  },
  {
    name: 'arguments of a Deployment that is called like the load balancer controller',
    counts: 'arguments',
    largest: 20_000,
    objects: (size, place) => [...exposed(size, place), controller(place, 'c0', size)],
  },
  {
    name: 'Deployments that are called like the load balancer controller',
    counts: 'Deployments, each with 100 arguments',
    largest: 500,
    objects: (size, place) => [
      ...exposed(size, place),
      ...range(size).map((index) => controller(place, `c${index}`, 100)),
    ],
  },
]

const controller = ({ namespace }: Place, name: string, flags: number): RawObject =>
  deployment(
    namespace,
    name,
    template({ 'app.kubernetes.io/name': 'aws-load-balancer-controller' }, undefined, [
      {
        name: 'controller',
        image: 'aws-load-balancer-controller:1',
        args: range(flags).map((index) => `--feature-gates=NLBGatewayAPI=${index % 2 === 0}`),
      },
    ]),
  )
