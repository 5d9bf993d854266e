import { expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { requestFor } from '../admission/world.ts'
import type { RawObject } from './attack.ts'
import { ALB, CLUSTER, deployment, gateway, ingress, route, service, template } from './objects.ts'

/**
 * Names that JavaScript's own objects have. Kubernetes allows the ones without underscores as names and as keys of labels;
 * a custom resource with fields that nobody checks may hold any.
 */
const HOSTILE = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', '__defineGetter__']

const settings = { ...DEFAULT_SETTINGS, fromFiles: false }

/** Everything is called the same: namespace, Services, labels and their values, ports, actions, Gateways, routes. */
function world(name: string): readonly RawObject[] {
  const forward = JSON.stringify({
    type: 'forward',
    forwardConfig: { targetGroups: [{ serviceName: name, servicePort: name }] },
  })
  return [
    ...CLUSTER,
    named(service(name, name, { ports: [{ name, port: 80 }], selector: label(name) })),
    named(
      ingress(name, name, [{ service: name, port: 'use-annotation' }, { service: name }], {
        annotations: { [`${ALB}/actions.${name}`]: forward, [`${ALB}/group.name`]: name },
      }),
    ),
    gateway({ namespace: name }, 'hostile-alb', [{ name, port: 80, protocol: 'HTTP' }]),
    route('HTTPRoute', { namespace: name, name }, [[{ name }]], { hostnames: [name] }),
    named(deployment(name, name, template(label(name)), label(name))),
  ]
}

/** As JSON has it: `__proto__` is a key like any other. */
const label = (name: string): Readonly<Record<string, string>> => JSON.parse(`{"${name}":"${name}"}`)

const named = (object: RawObject): RawObject => JSON.parse(JSON.stringify(object))

/** What is said of the world, with its name taken out. */
function read(name: string): string {
  const inventory = createInventory(settings)
  for (const object of world(name)) keepIn(inventory, object)
  const { exposures } = inventory.exposuresOf({ namespace: name, labels: label(name), matching: 'template' })
  const workload = deployment(name, name, template(label(name)))
  const { outcome, operations } = admit(requestFor(workload, { namespace: name, name }), {
    inventory,
    settings,
  })
  const said = JSON.stringify({ exposures, outcome, operations, namespaces: inventory.exposedNamespaces() })
  return said.replaceAll(name, 'NAME')
}

const ordinary = read('web')

test('the ordinary name has two exposures, and is protected', () => {
  expect(JSON.parse(ordinary)).toMatchObject({ exposures: [{}, {}], outcome: 'patched' })
})

test.for(HOSTILE)('%s is a name like any other', (name) => {
  expect(read(name)).toBe(ordinary)
})
