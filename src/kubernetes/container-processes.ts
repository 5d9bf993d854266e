import type { ContainerProcess } from '../core/model/container-process.ts'
import { property } from './json.ts'

/**
 * What each container of a workload or a Pod is started with. Only for what is shown: whatever is not of the shape that
 * Kubernetes gives it is passed over.
 */
export function containerProcesses(what: 'workload' | 'pod', raw: unknown): readonly ContainerProcess[] {
  const spec = property(raw, 'spec')
  const pod = what === 'pod' ? spec : property(property(spec, 'template'), 'spec')
  const sidecars = listOf(property(pod, 'initContainers')).filter(
    (container) => property(container, 'restartPolicy') === 'Always',
  )
  return [
    ...listOf(property(pod, 'containers')).map((container) => processOf(container, false)),
    ...sidecars.map((container) => processOf(container, true)),
  ]
}

function processOf(container: unknown, isSidecar: boolean): ContainerProcess {
  const name = property(container, 'name')
  const words = ['command', 'args'].flatMap((field) => listOf(property(container, field)))
  return {
    container: typeof name === 'string' ? name : '',
    words: words.filter((word) => typeof word === 'string'),
    hasCommand: listOf(property(container, 'command')).length > 0,
    variables: new Map(listOf(property(container, 'env')).flatMap(variableOf)),
    hasPorts: listOf(property(container, 'ports')).length > 0,
    isSidecar,
  }
}

/** Without a value it is empty (Kubernetes: EnvVar.value). */
function variableOf(variable: unknown): readonly (readonly [name: string, value: string | null])[] {
  const name = property(variable, 'name')
  if (typeof name !== 'string') return []
  const isElsewhere = property(variable, 'valueFrom') !== undefined
  const value = property(variable, 'value') ?? ''
  return [[name, isElsewhere || typeof value !== 'string' ? null : value]]
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
