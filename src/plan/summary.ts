import { isGrave, stays } from '../judgement/severity.ts'
import type { PlannedNamespace } from './namespaces.ts'
import type { Plan } from './plan.ts'

/** The summary of a plan, for its last line and its exit code. */
interface Summary {
  readonly workloads: number
  /** Objects that the webhook would patch. */
  readonly changed: number
  /** Objects that the webhook would not patch, but whose Pods it would. */
  readonly inPods: number
  /** Namespaces among the files that get a label. */
  readonly labelled: number
  /**
   * Findings and notices of warning or error that stay after the changes, and labels or annotations that are unusable.
   */
  readonly warnings: number
  /** Of these, errors. */
  readonly errors: number
  readonly information: number
  /** Findings of any severity that stay and are accepted; no other number contains them. */
  readonly accepted: number
}

export function summarize({ objects, namespaces, notices, notes }: Plan): Summary {
  const findings = objects.flatMap((object) => object.findings).filter(stays)
  const open = findings.filter(({ accepted }) => accepted === undefined)
  const said = [...open, ...notices, ...notes]
  const grave = said.filter(isGrave).length
  const unusable = objects.flatMap(({ warnings }) => warnings).length
  return {
    workloads: objects.length,
    changed: objects.filter(({ operations }) => operations.length > 0).length,
    inPods: objects.filter(({ decision }) => decision.verdict === 'inject-in-pods').length,
    labelled: new Set(namespaces.filter(isToLabel).map(({ name }) => name)).size,
    warnings: grave + unusable,
    errors: said.filter(({ severity }) => severity === 'error').length,
    information: said.length - grave,
    accepted: findings.length - open.length,
  }
}

/** One that is not among the files may have the label, so it is no change. */
const isToLabel = ({ action, isUnknown }: PlannedNamespace): boolean => action === 'add' && !isUnknown
