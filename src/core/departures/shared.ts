import type { ContainerFacts, Need, PodFacts } from './pod-facts.ts'

/** What the Pods of one workload have in common is kept once: most of the memory of a Pod (see `create-ledger.ts`). */
export interface Shared {
  containers: readonly ContainerFacts[]
  need: Need | undefined
}

export const nothingShared = (): Shared => ({ containers: [], need: undefined })

/** @returns the containers of a Pod without how they ended. */
export function shareContainers(shared: Shared, { containers }: PodFacts): readonly ContainerFacts[] {
  const own = containers.map(({ name, hook }) => (hook === undefined ? { name } : { name, hook }))
  if (!areSame(shared.containers, own)) shared.containers = own
  return shared.containers
}

export function shareNeed(shared: Shared, need: Need): Need {
  if (shared.need === undefined || !isSameNeed(shared.need, need)) shared.need = need
  return shared.need
}

const areSame = (one: readonly ContainerFacts[], other: readonly ContainerFacts[]): boolean =>
  one.length === other.length &&
  one.every(({ name, hook }, index) => {
    const twin = other[index]
    return (
      twin?.name === name &&
      (twin.hook === undefined) === (hook === undefined) &&
      twin.hook?.length === hook?.length &&
      twin.hook?.isOurs === hook?.isOurs
    )
  })

function isSameNeed(one: Need, other: Need): boolean {
  const { exceptions: its = [] } = other
  const { exceptions: own = [] } = one
  return (
    one.sleep === other.sleep &&
    one.grace === other.grace &&
    one.gated === other.gated &&
    own.length === its.length &&
    own.every(
      ({ container, sleep }, index) => its[index]?.container === container && its[index]?.sleep === sleep,
    )
  )
}
