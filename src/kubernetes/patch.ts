import type { Change } from '../core/injection/desired.ts'
import { execSleep } from '../core/injection/hooks.ts'
import { escapeKey } from '../core/model/json-pointer.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { Seconds } from '../core/model/seconds.ts'
import type { HookForm } from '../core/model/settings.ts'
import type { PodTemplate } from '../core/model/workload.ts'

/** One operation of RFC 6902, limited to the three kinds that Slackwater uses. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/** Path of the pod template in its object: in a workload, or the Pod itself. */
export const TEMPLATE_PATH = { workload: '/spec/template', pod: '' } as const

/** Only Pods get readiness gates; a template's are its author's. */
export const GATES_PATH = '/spec/readinessGates'

const add = (path: string, value: unknown): PatchOperation => ({ op: 'add', path, value })
const replace = (path: string, value: unknown): PatchOperation => ({ op: 'replace', path, value })
const remove = (path: string): PatchOperation => ({ op: 'remove', path })

const hookOf = (form: HookForm, sleep: Seconds): unknown =>
  form === 'sleep' ? { sleep: { seconds: sleep } } : { exec: { command: execSleep(sleep) } }

/**
 * Minimal operations for the changes, in order: parents before children, never a whole list, never a field that no
 * change names.
 * @param templatePath path of the template in the object, see TEMPLATE_PATH.
 */
export function operationsFor(
  changes: readonly Change[],
  template: PodTemplate,
  templatePath: string,
): readonly PatchOperation[] {
  const operations: PatchOperation[] = []
  for (const change of changes) {
    if (change.kind === 'add-gates')
      operations.push(...appendGates(change.gates, template, `${templatePath}${GATES_PATH}`))
    else operations.push(operationFor(change, template, templatePath))
  }
  return operations
}

/** An absent list, an empty one and null are replaced by a list; to any other, each gate is appended. */
function appendGates(
  gates: readonly string[],
  { readinessGates }: PodTemplate,
  path: string,
): readonly PatchOperation[] {
  const values = gates.map((conditionType) => ({ conditionType }))
  return readinessGates.length === 0 ? [add(path, values)] : values.map((value) => add(`${path}/-`, value))
}

function operationFor(
  change: Exclude<Change, { readonly kind: 'add-gates' }>,
  template: PodTemplate,
  templatePath: string,
): PatchOperation {
  const spec = `${templatePath}/spec`
  switch (change.kind) {
    case 'set-grace': {
      const path = `${spec}/terminationGracePeriodSeconds`
      return change.from === undefined ? add(path, change.to) : replace(path, change.to)
    }
    case 'remove-grace':
      return remove(`${spec}/terminationGracePeriodSeconds`)
    case 'write-record':
      return writeRecord(change.text, template, `${templatePath}/metadata`)
    case 'remove-record': {
      const annotations = `${templatePath}/metadata/annotations`
      return remove(
        change.from === 'annotations' ? annotations : `${annotations}/${escapeKey(RECORD_ANNOTATION)}`,
      )
    }
    default:
      return containerOperation(change, template, `${spec}/containers/${change.container}`)
  }
}

function writeRecord(text: string, template: PodTemplate, metadata: string): PatchOperation {
  const annotations = { [RECORD_ANNOTATION]: text }
  if (!template.hasMetadata) return add(metadata, { annotations })
  if (!template.hasAnnotations) return add(`${metadata}/annotations`, annotations)
  const path = `${metadata}/annotations/${escapeKey(RECORD_ANNOTATION)}`
  return template.annotations[RECORD_ANNOTATION] === undefined ? add(path, text) : replace(path, text)
}

type ContainerChange = Extract<Change, { readonly container: number }>

function containerOperation(change: ContainerChange, template: PodTemplate, path: string): PatchOperation {
  const preStop = `${path}/lifecycle/preStop`
  switch (change.kind) {
    case 'add-hook': {
      const hook = hookOf(change.form, change.sleep)
      const hasLifecycle = template.containers[change.container]?.hasLifecycle === true
      return hasLifecycle ? add(preStop, hook) : add(`${path}/lifecycle`, { preStop: hook })
    }
    case 'replace-hook':
      return replace(preStop, hookOf(change.form, change.sleep))
    case 'remove-hook':
      return remove(change.from === 'lifecycle' ? `${path}/lifecycle` : preStop)
    case 'remove-handler':
      return remove(`${preStop}/${change.form}`)
    case 'set-probe-grace': {
      const grace = `${path}/${change.probe}/terminationGracePeriodSeconds`
      return change.from === undefined ? add(grace, change.to) : replace(grace, change.to)
    }
    case 'remove-probe-grace':
      return remove(`${path}/${change.probe}/terminationGracePeriodSeconds`)
  }
}
