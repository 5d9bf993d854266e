import path from 'node:path'
import { type Build, buildsOf, closureOf, type Kustomization, rootsAmong } from './builds.ts'

/** Where a Namespace document belongs, so that every build with its workloads contains it, and none contains it twice. */
interface NamespacePlace {
  /** The kustomizations that should list it. */
  readonly listedBy: readonly Kustomization[]
  /** Why it is listed by none although some kustomization includes its workloads: a clause. */
  readonly unclear?: string
}

interface Asked {
  readonly namespace: string
  /** Paths of the manifests that hold its workloads. */
  readonly files: readonly string[]
}

const NOWHERE: NamespacePlace = { listedBy: [] }

/** @param read paths of all manifests that were read. */
export function namespacePlaces(
  kustomizations: readonly Kustomization[],
  read: readonly string[],
): (asked: Asked) => NamespacePlace {
  const known = new Set(read.map((file) => path.resolve(file)))
  const builds = buildsOf(kustomizations, (file) => known.has(file))
  const roots = rootsAmong(builds).map((root) => ({ root, closure: closureOf(root, builds) }))
  return ({ namespace, files }) => {
    const wanted = files.map((file) => path.resolve(file))
    const owning = roots.flatMap(({ root, closure }) => {
      const owners = closure.filter((build) => wanted.some((file) => build.files.has(file)))
      return owners.length === 0 ? [] : [{ closure, target: soleOf(owners) ?? root }]
    })
    const doubt = owning.flatMap(({ closure }) => doubtAbout(closure, namespace))[0]
    if (doubt !== undefined) return { ...NOWHERE, unclear: doubt }
    const targets = new Set(owning.map(({ target }) => target))
    const twice = roots.find(({ closure }) => closure.filter((build) => targets.has(build)).length > 1)
    if (twice !== undefined)
      return { ...NOWHERE, unclear: `a build of ${twice.root.kustomization.folder} would contain it twice` }
    return { listedBy: [...targets].map(({ kustomization }) => kustomization) }
  }
}

/** A build that may contain the Namespace already, or puts the workloads elsewhere. */
function doubtAbout(closure: readonly Build[], namespace: string): readonly string[] {
  return closure.flatMap(({ kustomization: { file }, unknown, namespace: set }) => {
    if (unknown !== undefined) return [`${file} includes what was not read (${unknown})`]
    return set === undefined || set === namespace ? [] : [`${file} sets the namespace ${set}`]
  })
}

const soleOf = ([first, ...others]: readonly Build[]): Build | undefined =>
  others.length === 0 ? first : undefined

/** The path of a file in a folder; an empty folder is the one that the command runs in. */
export const fileIn = (folder: string, name: string): string => path.join(folder, name)

export const isSameFile = (one: string, other: string): boolean => path.resolve(one) === path.resolve(other)
