import { MODE_LABEL } from '../model/keys.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Provenance } from '../model/resolved.ts'
import { MODES, type Mode } from '../model/settings.ts'

/** A mode label as written, and the object that carries it. */
export interface ModeLabel {
  readonly value: string
  readonly object: ObjectRef
  /** It stands on the pod template of the object, where a reader of the object's own labels does not find it. */
  readonly onTemplate?: boolean
}

export interface EffectiveMode {
  readonly mode: Mode
  readonly source: Provenance
  /** The mode comes from a label of the workload or the Pod itself, not from its namespace or the installation. */
  readonly byItself: boolean
  /** Warnings about labels whose value is not a mode. Such labels are ignored. */
  readonly warnings: readonly string[]
}

interface ModeInputs {
  /** The Pod's own label first, then its workload's. */
  readonly own: readonly ModeLabel[]
  readonly namespace: ModeLabel | undefined
  readonly installation: Mode
}

const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text)

/** Pod → workload → namespace → installation: the first label that names a mode. */
export function effectiveMode({ own, namespace, installation }: ModeInputs): EffectiveMode {
  if (own.length === 0 && namespace === undefined) return ofInstallation(installation, [])
  const labels = [...own, ...(namespace === undefined ? [] : [namespace])]
  const warnings = labels.filter(({ value }) => !isMode(value)).map(badLabel)
  for (const { value, object } of labels) {
    if (!isMode(value)) continue
    const byItself = own.some((label) => label.object === object)
    return { mode: value, source: { kind: 'label', key: MODE_LABEL, object }, byItself, warnings }
  }
  return ofInstallation(installation, warnings)
}

const ofInstallation = (mode: Mode, warnings: readonly string[]): EffectiveMode => ({
  mode,
  source: { kind: 'setting', name: 'mode' },
  byItself: false,
  warnings,
})

const badLabel = ({ value, object, onTemplate = false }: ModeLabel): string =>
  `${onTemplate ? 'template' : object.kind} label ${MODE_LABEL}: "${value}" is not one of ${MODES.join(', ')}; ignored`
