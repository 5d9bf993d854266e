import { API_GROUP, AWS_CONTROLLER_NAMES, INGRESS_CONTROLLERS, kindOf } from '../../model/aws-controllers.ts'
import type { AwsController, LoadBalancer } from '../../model/exposure.ts'
import { information, type Notice, type NoticeId, warning } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import { assumed, type Candidate, declared } from '../../model/resolved.ts'
import { CLASS_ANNOTATION, DEFAULT_CLASS_ANNOTATION } from '../annotations/annotation-keys.ts'
import type { Assumed } from '../claims/claim.ts'
import { balancerInName, controllerInClassName, isNameOfAnother } from '../lbc/class-name.ts'
import {
  type IngressClassObject,
  type IngressClassParamsObject,
  type IngressObject,
  objectRef,
} from '../objects/discovery-object.ts'
import { ALL } from '../objects/drawer.ts'
import { selectsNamespace } from '../objects/label-selector.ts'
import { namespaceFacts } from '../objects/namespaces.ts'
import { type DiscoveryContext, findClusterWide, type ObjectView } from '../objects/view.ts'
import { INGRESS_CLASSES } from './drawers.ts'

/** The `kind` that the class's parameters must have (LBC pkg/ingress/class_loader.go). */
const PARAMS_KIND = 'IngressClassParams'

/** The controller that serves an Ingress, the parameters of its class, and the evidence. */
export interface Owned {
  readonly controller: AwsController
  readonly loadBalancer: Candidate<LoadBalancer>
  readonly params?: IngressClassParamsObject
  readonly assumed: readonly Assumed[]
}

/** Whether an AWS controller serves an Ingress. */
type Ownership =
  | ({ readonly served: true } & Owned)
  | { readonly served: false; readonly notices: readonly Notice[] }

/**
 * LBC pkg/ingress/group_loader.go: if present, the class annotation alone decides; else the class in
 * `spec.ingressClassName`; else the default class. No controller serves an Ingress that is being deleted.
 */
export function ownershipOf(ingress: IngressObject, context: DiscoveryContext): Ownership {
  if (ingress.deleting) return foreign()
  const { className } = ingress
  const annotation = ingress.annotations[CLASS_ANNOTATION]
  if (annotation === undefined) {
    return className === undefined ? byDefault(ingress, context) : byName(ingress, className, context)
  }
  // EKS Auto Mode does not read the annotation (EKS user guide: migrate-auto).
  const isOfAutoMode = [annotation, className].some((name) => isAutoMode(name, context))
  return className !== undefined && isOfAutoMode
    ? byName(ingress, className, context)
    : byAnnotation(ingress, annotation, context)
}

function isAutoMode(name: string | undefined, { view, settings }: DiscoveryContext): boolean {
  if (name === undefined) return false
  const found = findClusterWide('IngressClass', name, view)
  if (found !== undefined) return INGRESS_CONTROLLERS.get(found.controller) === 'auto-mode'
  return settings.fromFiles && balancerInName(name) === 'alb' && controllerInClassName(name) === 'auto-mode'
}

const foreign = (...notices: readonly Notice[]): Ownership => ({ served: false, notices })

const NO_EFFECT = 'its alb.ingress.kubernetes.io annotations have no effect'

/** ALB annotations on an Ingress that LBC does not serve get a notice: its author may expect an ALB. */
const unread = (ingress: IngressObject, id: NoticeId, why: string): Ownership =>
  ingress.hasAlbAnnotations ? foreign(information(id, ingress.ref, `${why}; ${NO_EFFECT}`)) : foreign()

/** LBC does not use IngressClassParams on this path, and EKS Auto Mode does not read the annotation. */
function byAnnotation(ingress: IngressObject, value: string, context: DiscoveryContext): Ownership {
  const { settings, view } = context
  if (
    INGRESS_CONTROLLERS.get(findClusterWide('IngressClass', value, view)?.controller ?? '') === 'auto-mode'
  ) {
    const text = `${CLASS_ANNOTATION}: ${value} names a class of EKS Auto Mode, which does not read the annotation: set spec.ingressClassName`
    return foreign(warning('class-annotation-not-read', ingress.ref, text))
  }
  const flag = settings.ingressClass.value
  const served = flag === '' ? ['alb', ''] : [flag]
  if (!served.includes(value)) {
    if (isPrivateClass(ingress, value, context)) return believedFlag(ingress.ref, value)
    return unread(ingress, 'ingress-of-another-controller', `The class annotation is "${value}"`)
  }
  const source = { kind: 'annotation', key: CLASS_ANNOTATION, object: ingress.ref } as const
  return { served: true, controller: 'lbc', loadBalancer: declared('alb', source), assumed: [] }
}

/**
 * Files often name a class that stands elsewhere. Where all annotations for an ingress controller are LBC's, the class
 * is likely LBC's too. For the class annotation that is so only while LBC's `--ingress-class` is unknown.
 */
function isPrivateClass(ingress: IngressObject, name: string, { settings, view }: DiscoveryContext): boolean {
  const isFlagKnown =
    ingress.annotations[CLASS_ANNOTATION] === name && settings.ingressClass.origin.rank !== 'assumed'
  return (
    settings.fromFiles &&
    !isFlagKnown &&
    ingress.hasAlbAnnotations &&
    !ingress.hasOtherAnnotations &&
    !isNameOfAnother(name) &&
    findClusterWide('IngressClass', name, view) === undefined
  )
}

function believedFlag(object: ObjectRef, name: string): Ownership {
  const text = `class annotation ${name} assumed to be the --ingress-class of ${AWS_CONTROLLER_NAMES.lbc}, since the Ingress has annotations for an ALB: to confirm, set the setting ingressClass`
  const source = { kind: 'annotation', key: CLASS_ANNOTATION, object } as const
  return {
    served: true,
    controller: 'lbc',
    loadBalancer: assumed('alb', source),
    assumed: [{ about: 'loadBalancer', text }],
  }
}

function byName(ingress: IngressObject, name: string, context: DiscoveryContext): Ownership {
  const ingressClass = findClusterWide('IngressClass', name, context.view)
  if (ingressClass !== undefined) return byClass(ingress, ingressClass, context)
  const { fromFiles, ingressClass: flag } = context.settings
  if (!fromFiles) {
    const text = `there is no IngressClass ${name}, so no controller serves it`
    return foreign(warning('ingress-class-not-found', ingress.ref, text))
  }
  if (name === flag.value || balancerInName(name) === 'alb')
    return believed(ingress.ref, name, 'because of its name')
  if (isPrivateClass(ingress, name, context))
    return believed(ingress.ref, name, 'since its Ingress has annotations for an ALB')
  // The annotations are for an ALB, but the class is not: the user should check.
  const say = ingress.hasAlbAnnotations ? warning : information
  const text = `IngressClass ${name} is not in the files; assumed to belong to another controller: to confirm, include the IngressClass`
  return foreign(say('ingress-class-not-found', ingress.ref, text))
}

function believed(object: ObjectRef, name: string, why: string): Ownership {
  const controller = controllerInClassName(name)
  const [spec] = [...INGRESS_CONTROLLERS].find(([, one]) => one === controller) ?? []
  const text = `class ${name} assumed to belong to ${AWS_CONTROLLER_NAMES[controller]} ${why}: to confirm, include IngressClass ${name} with spec.controller: ${spec}`
  return {
    served: true,
    controller,
    loadBalancer: assumed('alb', { kind: 'field', path: 'spec.ingressClassName', object }),
    assumed: [{ about: 'loadBalancer', text }],
  }
}

/** Since LBC v2.5.0. Without a default class, only a controller with an empty `--ingress-class` serves the Ingress. */
function byDefault(ingress: IngressObject, context: DiscoveryContext): Ownership {
  const [first, second] = context.view.filed(INGRESS_CLASSES, ALL).filter(({ isDefault }) => isDefault)
  if (first !== undefined && second !== undefined) {
    const text = `More than one IngressClass is the default (${first.ref.name}, ${second.ref.name}): the controller refuses an Ingress without spec.ingressClassName`
    return foreign(warning('several-default-ingress-classes', ingress.ref, text))
  }
  if (first !== undefined) return byClass(ingress, first, context)
  const { value: flag, origin } = context.settings.ingressClass
  if (flag === '')
    return { served: true, controller: 'lbc', loadBalancer: declared('alb', origin.source), assumed: [] }
  const { assumedDefaultClass, fromFiles } = context.settings
  if (assumedDefaultClass !== undefined) return byAssumedDefault(ingress, assumedDefaultClass, context)
  if (!fromFiles)
    return unread(
      ingress,
      'ingress-without-class',
      'it has no class, and no IngressClass is the default: set spec.ingressClassName',
    )
  // Files seldom have the default class. Where all its annotations are for an ALB, the user should check.
  const say = ingress.hasOtherAnnotations ? information : warning
  const text = `it has no class, and no IngressClass in the files is the default: set spec.ingressClassName, or give --assume-default-class alb if the cluster has a default class; without one, ${NO_EFFECT}`
  return ingress.hasAlbAnnotations ? foreign(say('ingress-without-class', ingress.ref, text)) : foreign()
}

/** A statement about the cluster, not about the files: as if the Ingress named that class, with an assumption added. */
function byAssumedDefault(ingress: IngressObject, name: string, context: DiscoveryContext): Ownership {
  const ownership = byName(ingress, name, context)
  if (!ownership.served) return ownership
  const text = `class ${name} assumed to be the cluster's default (--assume-default-class): to confirm, set spec.ingressClassName`
  return { ...ownership, assumed: [...ownership.assumed, { about: 'reference', text }] }
}

function byClass(
  ingress: IngressObject,
  ingressClass: IngressClassObject,
  context: DiscoveryContext,
): Ownership {
  const { name } = ingressClass.ref
  const controller = INGRESS_CONTROLLERS.get(ingressClass.controller)
  if (controller === undefined) {
    const why = `IngressClass ${name} belongs to ${ingressClass.controller || 'no controller'}`
    return unread(ingress, 'ingress-of-another-controller', why)
  }
  const loadBalancer = declared<LoadBalancer>('alb', classProvenance(ingress, ingressClass))
  const { parameters } = ingressClass
  if (parameters === undefined) return { served: true, controller, loadBalancer, assumed: [] }
  if (parameters.apiGroup !== API_GROUP[controller] || parameters.kind !== PARAMS_KIND) {
    const text = `IngressClass ${name} has parameters that are not IngressClassParams of ${API_GROUP[controller]}: ${AWS_CONTROLLER_NAMES[controller]} ignores its Ingresses`
    return foreign(warning('ingress-class-parameters-unknown', ingress.ref, text))
  }
  const params = ingressClassParams(controller, parameters.name, context.view)
  if (params !== undefined) return byParams(ingress, { controller, loadBalancer, params }, context)
  return withoutParams(ingress, { controller, loadBalancer, name: parameters.name }, context)
}

/** The parameters of this name in the controller's own API group. */
export const ingressClassParams = (
  controller: AwsController,
  name: string,
  view: ObjectView,
): IngressClassParamsObject | undefined =>
  view.find(PARAMS_KIND, objectRef(kindOf(PARAMS_KIND, controller), '', name))

const classProvenance = (ingress: IngressObject, ingressClass: IngressClassObject) =>
  ingress.className === undefined
    ? ({ kind: 'annotation', key: DEFAULT_CLASS_ANNOTATION, object: ingressClass.ref } as const)
    : ({ kind: 'field', path: 'spec.ingressClassName', object: ingress.ref } as const)

interface Missing {
  readonly controller: AwsController
  readonly loadBalancer: Candidate<LoadBalancer>
  readonly name: string
}

function withoutParams(
  ingress: IngressObject,
  { controller, loadBalancer, name }: Missing,
  context: DiscoveryContext,
): Ownership {
  if (context.settings.fromFiles) {
    const text = `IngressClassParams ${name} is not in the files and assumed to set nothing: with it the target type may differ`
    return { served: true, controller, loadBalancer, assumed: [{ about: 'targetType', text }] }
  }
  const text = `there is no IngressClassParams ${name}: the controller ignores the Ingress`
  return foreign(warning('ingress-class-params-not-found', ingress.ref, text))
}

interface Found {
  readonly controller: AwsController
  readonly loadBalancer: Candidate<LoadBalancer>
  readonly params: IngressClassParamsObject
}

function byParams(ingress: IngressObject, found: Found, context: DiscoveryContext): Ownership {
  const { loadBalancer, params } = found
  const served: Ownership = { served: true, ...found, assumed: [] }
  if (params.namespaceSelector === undefined) return served
  const { namespace } = ingress.ref
  const facts = namespaceFacts(namespace, context.view)
  if (facts === undefined && context.settings.fromFiles) {
    const text = `namespaceSelector of IngressClassParams ${params.ref.name} assumed to match: to confirm, include Namespace ${namespace} with its labels`
    const candidate = assumed(loadBalancer.value, loadBalancer.origin.source)
    return { ...served, loadBalancer: candidate, assumed: [{ about: 'loadBalancer', text }] }
  }
  if (selectsNamespace(params.namespaceSelector, namespace, facts?.labels)) return served
  const text = `namespaceSelector of IngressClassParams ${params.ref.name} does not match Namespace ${namespace}: the controller ignores the Ingress`
  return foreign(warning('namespace-not-selected', ingress.ref, text))
}
