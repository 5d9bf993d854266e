import { type Attack, type RawObject, type Texts, together } from './attack.ts'
import { ALB, ingress, nlbService, service } from './objects.ts'

/** Texts that are lists of attributes, or nearly, of so many bytes. */
const SHAPES: Readonly<Record<string, (size: number) => string>> = {
  commas: (size) => ','.repeat(size),
  backslashes: (size) => '\\'.repeat(size),
  'equals signs and commas': (size) => '=,'.repeat(size / 2),
  'a pair every four bytes': (size) => 'a=1,'.repeat(size / 4),
  'commas before the last pair': (size) => `${','.repeat(size)}a=1`,
  'escaped commas': (size) => `a=${'\\,'.repeat(size / 2)},b=1`,
  'one long key': (size) => `${'k'.repeat(size)}=1`,
  'one long value': (size) => `deregistration_delay.timeout_seconds=${'1'.repeat(size)}`,
  blanks: (size) => `a${' '.repeat(size)}=1`,
}

/** Where such a text may stand, with the objects that make it count; the name is of an Ingress and its Service. */
const PLACES: Readonly<
  Record<string, (namespace: string, name: string, text: string) => readonly RawObject[]>
> = {
  'target-group-attributes of an Ingress': (namespace, name, text) => [
    service(namespace, name),
    alb(namespace, name, { [`${ALB}/target-group-attributes`]: text }),
  ],
  'load-balancer-attributes of an Ingress': (namespace, name, text) => [
    service(namespace, name),
    alb(namespace, name, { [`${ALB}/load-balancer-attributes`]: text }),
  ],
  'target-group-attributes of a Service behind an ALB': (namespace, name, text) => [
    service(namespace, name, { annotations: { [`${ALB}/target-group-attributes`]: text } }),
    alb(namespace, name, {}),
  ],
  'target-group-attributes of a Service behind an NLB': (namespace, name, text) => [
    nlbService(namespace, name, { annotations: { [`${NLB}-target-group-attributes`]: text } }),
  ],
  'target-group-attributes of a port': (namespace, name, text) => [
    nlbService(namespace, name, { annotations: { [`${NLB}-target-group-attributes.1`]: text } }),
  ],
  'listener-attributes of a port': (namespace, name, text) => [
    nlbService(namespace, name, { annotations: { [`${NLB}-listener-attributes.TCP-1`]: text } }),
  ],
}

const NLB = 'service.beta.kubernetes.io/aws-load-balancer'

const alb = (namespace: string, name: string, annotations: Texts): RawObject =>
  ingress(namespace, name, [{ service: name }], { annotations })

/** 256 KiB less the names of the keys (Kubernetes: TotalAnnotationSizeLimitB). */
const LARGEST = 261_000

interface AttributeAttack extends Attack {
  readonly shape: string
}

export const ATTRIBUTE_ATTACKS: readonly AttributeAttack[] = Object.entries(SHAPES).flatMap(
  ([shape, textOf], row) =>
    Object.entries(PLACES).map(([place, objectsOf], column) => ({
      name: `${shape} as ${place}`,
      shape,
      counts: 'bytes',
      largest: LARGEST,
      objects: (size, { namespace }) => objectsOf(namespace, `a${row}-${column}`, textOf(size)),
    })),
)

/** Three shapes at a time: an error in one of many would hide what the others cost. */
const SHAPES_AT_A_TIME = 3

const byShape = [...Map.groupBy(ATTRIBUTE_ATTACKS, ({ shape }) => shape)]
export const ATTRIBUTES_TOGETHER: readonly Attack[] = byShape.flatMap((_, from) => {
  if (from % SHAPES_AT_A_TIME > 0) return []
  const some = byShape.slice(from, from + SHAPES_AT_A_TIME)
  const name = `${some.map(([shape]) => shape).join(', ')} for attributes, everywhere`
  return together(
    name,
    { counts: 'bytes', largest: LARGEST },
    some.flatMap(([, attacks]) => attacks),
  )
})
