import type { Kind } from './kinds.ts'
import { changedAt, type Fields, fieldsOf, isFields, isList, itemsOf, type Value } from './values.ts'

/** What the API server makes of JSON before anybody looks at it: typed objects without nulls, with defaults. */

/** Mappings and lists that are left out where they are empty (`omitempty` in the types of core/v1 and meta/v1). */
const LEFT_OUT_EMPTY = new Set([
  'annotations',
  'labels',
  'env',
  'initContainers',
  'command',
  'args',
  'nodeSelector',
])

export function decoded(object: Fields, kind: Kind): Fields {
  const tidy = fieldsOf(withoutNulls(object))
  const spec = changedAt(tidy, [...kind.templateAt, 'spec'], (value) => podSpec(fieldsOf(value)))
  return kind.defaults(spec)
}

function withoutNulls(value: Value): Value {
  if (isList(value)) {
    const items = value.map(withoutNulls)
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isFields(value)) return value
  const entries = Object.entries(value)
  const kept = entries.flatMap(([key, child]): readonly (readonly [string, Value])[] => {
    const clean = child === undefined || child === null ? undefined : withoutNulls(child)
    return clean === undefined || (LEFT_OUT_EMPTY.has(key) && isBare(clean)) ? [] : [[key, clean]]
  })
  const same = kept.length === entries.length && kept.every(([key, child]) => value[key] === child)
  return same ? value : Object.fromEntries(kept)
}

const isBare = (value: Value): boolean =>
  isList(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0

/** Fields that are absent in a mapping, or whose value the server takes for absent. */
const defaulted = (fields: Fields, defaults: Fields): Fields => ({ ...defaults, ...fields })

/** SetDefaults_PodSpec. */
function podSpec(spec: Fields): Fields {
  const { containers, initContainers } = spec
  return {
    ...defaulted(spec, {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    }),
    ...(containers === undefined ? {} : { containers: itemsOf(containers).map(container) }),
    ...(initContainers === undefined ? {} : { initContainers: itemsOf(initContainers).map(container) }),
  }
}

const PROBES = ['livenessProbe', 'startupProbe', 'readinessProbe']

/** SetDefaults_Container. */
function container(one: Fields): Fields {
  const named = defaulted(one, {
    imagePullPolicy: pullPolicy(String(one['image'] ?? '')),
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
  const hooked = ['postStart', 'preStop'].reduce(
    (fields, hook) => changedAt(fields, ['lifecycle', hook], present(withHttpDefaults)),
    named,
  )
  return PROBES.reduce((fields, name) => changedAt(fields, [name], present(probe)), hooked)
}

const present =
  (change: (fields: Fields) => Fields) =>
  (value: Value | undefined): Value | undefined =>
    isFields(value) ? change(value) : value

/** `latest`, said or not, is always pulled. */
const pullPolicy = (image: string): string => (/:(?!latest$)[^/]+$/.test(image) ? 'IfNotPresent' : 'Always')

/** SetDefaults_HTTPGetAction. */
const withHttpDefaults = (handler: Fields): Fields =>
  changedAt(
    handler,
    ['httpGet'],
    present((get) => defaulted(get, { path: '/', scheme: 'HTTP' })),
  )

/** SetDefaults_Probe. */
const probe = (fields: Fields): Fields =>
  defaulted(withHttpDefaults(fields), {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
  })
