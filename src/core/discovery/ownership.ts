import type { LoadBalancer } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import { type ObjectRef, refText } from '../model/object-ref.ts'
import { assumed, type Candidate, declared } from '../model/resolved.ts'
import { CLASS_ANNOTATION, DEFAULT_CLASS_ANNOTATION } from './annotation-keys.ts'
import { type Assumed, information, warning } from './claim.ts'
import { selects } from './label-selector.ts'
import type { IngressClassObject, IngressClassParamsObject, IngressObject } from './objects.ts'
import type { Surroundings } from './view.ts'

/** `spec.controller` of the IngressClasses that are the AWS Load Balancer Controller's. */
const ALB_CONTROLLER = 'ingress.k8s.aws/alb'
/** apiGroup and kind that the class's parameters must have (LBC pkg/ingress/class_loader.go). */
const PARAMS_GROUP = 'elbv2.k8s.aws'
const PARAMS_KIND = 'IngressClassParams'

/** Whether the AWS Load Balancer Controller serves an Ingress, and what says so. */
export type Ownership =
  | {
      readonly ours: true
      readonly loadBalancer: Candidate<LoadBalancer>
      readonly params?: IngressClassParamsObject
      readonly assumed: readonly Assumed[]
    }
  | { readonly ours: false; readonly notices: readonly Notice[] }

/**
 * LBC pkg/ingress/group_loader.go: the class annotation decides alone where it is present; else the class that
 * `spec.ingressClassName` names; else the default class; an Ingress that is being deleted is nobody's.
 */
export function ownershipOf(ingress: IngressObject, around: Surroundings): Ownership {
  if (ingress.deleting) return foreign()
  const annotation = ingress.annotations[CLASS_ANNOTATION]
  if (annotation !== undefined) return byAnnotation(ingress, annotation, around)
  if (ingress.className !== undefined) return byName(ingress, ingress.className, around)
  return byDefault(ingress, around)
}

const foreign = (...notices: readonly Notice[]): Ownership => ({ ours: false, notices })

/** Our prefix on an Ingress of somebody else is worth a word: its author may expect an ALB. */
const unread = (ingress: IngressObject, id: string, why: string): Ownership =>
  ingress.hasAlbAnnotations
    ? foreign(information(id, ingress.ref, `${why}; its alb.ingress.kubernetes.io annotations say nothing`))
    : foreign()

/** IngressClassParams are not consulted on this path. */
function byAnnotation(ingress: IngressObject, value: string, { settings }: Surroundings): Ownership {
  const ours = settings.ingressClass === '' ? ['alb', ''] : [settings.ingressClass]
  if (!ours.includes(value)) {
    return unread(ingress, 'ingress-of-another-controller', `The class annotation says "${value}"`)
  }
  const source = { kind: 'annotation', key: CLASS_ANNOTATION, object: ingress.ref } as const
  return { ours: true, loadBalancer: declared('alb', source), assumed: [] }
}

function byName(ingress: IngressObject, name: string, around: Surroundings): Ownership {
  const ingressClass = around.view.ingressClass(name)
  if (ingressClass !== undefined) return byClass(ingress, ingressClass, around)
  const { missingClassIsOurs, ingressClass: flag } = around.settings
  if (missingClassIsOurs && name === (flag || 'alb')) {
    return believed(
      ingress.ref,
      `class ${name} assumed to be the AWS Load Balancer Controller's by its name: an IngressClass ${name} with spec.controller: ${ALB_CONTROLLER} would settle it`,
    )
  }
  const text = `There is no IngressClass ${name}, so no controller serves ${refText(ingress.ref)}`
  return foreign(warning('ingress-class-not-found', ingress.ref, text))
}

const believed = (object: ObjectRef, text: string): Ownership => ({
  ours: true,
  loadBalancer: assumed('alb', { kind: 'field', path: 'spec.ingressClassName', object }),
  assumed: [{ about: 'loadBalancer', text }],
})

/** Since LBC v2.5.0; without a default class, only a controller with an empty `--ingress-class` takes it. */
function byDefault(ingress: IngressObject, around: Surroundings): Ownership {
  const [first, second] = around.view.ingressClasses().filter(({ isDefault }) => isDefault)
  if (first !== undefined && second !== undefined) {
    const text = `More than one IngressClass is the default (${first.ref.name}, ${second.ref.name}): the controller refuses an Ingress without spec.ingressClassName`
    return foreign(warning('several-default-ingress-classes', ingress.ref, text))
  }
  if (first !== undefined) return byClass(ingress, first, around)
  if (around.settings.ingressClass === '') {
    const source = { kind: 'setting', name: 'ingressClass' } as const
    return { ours: true, loadBalancer: declared('alb', source), assumed: [] }
  }
  return unread(
    ingress,
    'ingress-without-class',
    'It names no class and there is no default IngressClass: spec.ingressClassName would settle it',
  )
}

function byClass(ingress: IngressObject, ingressClass: IngressClassObject, around: Surroundings): Ownership {
  const { name } = ingressClass.ref
  if (ingressClass.controller !== ALB_CONTROLLER) {
    const why = `IngressClass ${name} belongs to ${ingressClass.controller || 'no controller'}`
    return unread(ingress, 'ingress-of-another-controller', why)
  }
  const loadBalancer = declared<LoadBalancer>('alb', classSource(ingress, ingressClass))
  const { parameters } = ingressClass
  if (parameters === undefined) return { ours: true, loadBalancer, assumed: [] }
  if (parameters.apiGroup !== PARAMS_GROUP || parameters.kind !== PARAMS_KIND) {
    const text = `IngressClass ${name} has parameters that are no IngressClassParams of ${PARAMS_GROUP}: the controller ignores its Ingresses`
    return foreign(warning('ingress-class-parameters-unknown', ingress.ref, text))
  }
  const params = around.view.ingressClassParams(parameters.name)
  if (params !== undefined) return byParams(ingress, { loadBalancer, params }, around)
  return withoutParams(ingress, { loadBalancer, name: parameters.name }, around)
}

const classSource = (ingress: IngressObject, ingressClass: IngressClassObject) =>
  ingress.className === undefined
    ? ({ kind: 'annotation', key: DEFAULT_CLASS_ANNOTATION, object: ingressClass.ref } as const)
    : ({ kind: 'field', path: 'spec.ingressClassName', object: ingress.ref } as const)

interface Missing {
  readonly loadBalancer: Candidate<LoadBalancer>
  readonly name: string
}

function withoutParams(
  ingress: IngressObject,
  { loadBalancer, name }: Missing,
  around: Surroundings,
): Ownership {
  if (around.settings.missingClassIsOurs) {
    const text = `IngressClassParams ${name} is not among the files and assumed to say nothing: with it the target type may differ`
    return { ours: true, loadBalancer, assumed: [{ about: 'targetType', text }] }
  }
  const text = `There is no IngressClassParams ${name}: the controller ignores the Ingress`
  return foreign(warning('ingress-class-params-not-found', ingress.ref, text))
}

interface Found {
  readonly loadBalancer: Candidate<LoadBalancer>
  readonly params: IngressClassParamsObject
}

function byParams(ingress: IngressObject, { loadBalancer, params }: Found, around: Surroundings): Ownership {
  const ours: Ownership = { ours: true, loadBalancer, params, assumed: [] }
  if (params.namespaceSelector === undefined) return ours
  const { namespace } = ingress.ref
  const facts = around.view.namespace(namespace)
  if (facts === undefined && around.settings.missingClassIsOurs) {
    const text = `namespaceSelector of IngressClassParams ${params.ref.name} assumed to match: Namespace ${namespace} with its labels would settle it`
    const candidate = assumed(loadBalancer.value, loadBalancer.origin.source)
    return { ours: true, params, loadBalancer: candidate, assumed: [{ about: 'loadBalancer', text }] }
  }
  // The API server writes this label on every Namespace (KEP-2161); files seldom have it.
  const labels = { 'kubernetes.io/metadata.name': namespace, ...facts?.labels }
  if (selects(params.namespaceSelector, labels)) return ours
  const text = `namespaceSelector of IngressClassParams ${params.ref.name} does not match Namespace ${namespace}: the controller ignores the Ingress`
  return foreign(warning('namespace-not-selected', ingress.ref, text))
}
