import type { TargetType } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import { refText } from '../model/object-ref.ts'
import { assumed, type Candidate, type Candidates, resolve, type Source } from '../model/resolved.ts'
import { type Assumed, warning } from './claim.ts'
import type { ServiceObject } from './objects.ts'
import type { DiscoverySettings } from './view.ts'
import { type Annotated, badValue, lineOf, sourceOf, UNWRITTEN, type Written } from './written.ts'

/** The annotation as the first of these objects writes it. */
export function writtenTargetType(layers: readonly Annotated[], key: string): Written<TargetType> {
  const line = lineOf(layers, key)
  if (line === undefined) return UNWRITTEN
  if (line.text === 'ip' || line.text === 'instance') {
    const origin = { rank: 'declared', source: sourceOf(line) } as const
    return { candidates: [{ value: line.text, origin }], notices: [] }
  }
  return { candidates: [], notices: [badValue(line, `"${line.text}" is neither ip nor instance`)] }
}

export interface TargetTypeQuestion {
  /** What is written, the most binding first. */
  readonly written: readonly Candidate<TargetType>[]
  readonly service: ServiceObject
  readonly settings: DiscoverySettings
  /** The line that would settle it, for the sentence. */
  readonly settledBy: string
}

/** The target type with its alternatives; `refused`: the controller makes no such target group. */
export type TargetTypeAnswer =
  | { readonly refused: Notice }
  | {
      readonly refused?: undefined
      readonly targetType: Candidates<TargetType>
      readonly assumed: readonly Assumed[]
    }

/** What is written; else `ip` where only that can work; else the controller's default, the alternative kept. */
export function targetTypeOf(question: TargetTypeQuestion): TargetTypeAnswer {
  const { written, service } = question
  const [best, ...others] = written
  if (best === undefined) return unwritten(question)
  const targetType = [best, ...others] as const
  const { value, origin } = resolve(targetType)
  if (value === 'instance' && service.type === 'ClusterIP' && origin.rank === 'declared') {
    return { refused: refusal(service, question.settledBy) }
  }
  return { targetType, assumed: [] }
}

const refusal = (service: ServiceObject, settledBy: string): Notice =>
  warning(
    'instance-targets-on-cluster-ip',
    service.ref,
    `Instance targets cannot reach a ClusterIP Service: the controller refuses this target group; ${settledBy} or spec.type: NodePort on ${refText(service.ref)} would settle it`,
  )

const CONTROLLER: Source = { kind: 'default', of: 'AWS Load Balancer Controller' }
const SETTING: Source = { kind: 'setting', name: 'defaultTargetType' }

function unwritten({ service, settings, settledBy }: TargetTypeQuestion): TargetTypeAnswer {
  const { defaultTargetType } = settings
  if (service.type === 'ClusterIP' && defaultTargetType !== 'ip') {
    const text = `target type ip assumed: an instance target cannot reach a ClusterIP Service; ${settledBy} would settle it`
    const source = { kind: 'field', path: 'spec.type', object: service.ref } as const
    return { targetType: [assumed('ip', source)], assumed: [{ about: 'targetType', text }] }
  }
  if (defaultTargetType !== undefined) {
    const other = defaultTargetType === 'ip' ? 'instance' : 'ip'
    const targetType: Candidates<TargetType> = [
      assumed(defaultTargetType, SETTING),
      assumed(other, CONTROLLER),
    ]
    return { targetType, assumed: [] }
  }
  const text = `target type instance assumed, the controller's default: ${settledBy} or the setting defaultTargetType would settle it`
  return {
    targetType: [assumed('instance', CONTROLLER), assumed('ip', CONTROLLER)],
    assumed: [{ about: 'targetType', text }],
  }
}
