import { keysOfPointer, pointerOf } from '../../core/model/json-pointer.ts'
import { parseYaml } from '../yaml.ts'
import { applyOperation, type EditOperation } from './operation.ts'
import { planOperation } from './plan.ts'
import { applySplices, EditRefused, type Splice } from './splice.ts'

interface EditedText {
  readonly text: string
  /** Anchors on the changed nodes. */
  readonly anchors: readonly string[]
}

/**
 * Applies operations to the text of one object.
 * @param raw the object as plain data; not modified.
 * @throws EditRefused if an operation does not apply or its place in the text is not simple enough.
 */
export function applyToText(text: string, raw: unknown, operations: readonly EditOperation[]): EditedText {
  let expected = structuredClone(raw)
  const anchors: string[] = []
  let batch = new Batch(text)
  for (const operation of operations) {
    expected = applyOperation(expected, operation)
    if (expected === undefined)
      throw new EditRefused(`${operation.op} ${operation.path} does not apply to it`)
    if (!batch.isIndependent(operation.path)) batch = new Batch(batch.result())
    let plan = planOperation(operation, { ...batch, expected })
    if (batch.meets(plan.splices)) {
      batch = new Batch(batch.result())
      plan = planOperation(operation, { ...batch, expected })
    }
    batch.take(operation.path, plan.splices)
    anchors.push(...plan.anchors)
  }
  return { text: batch.result(), anchors }
}

/**
 * Splices planned on the same tree. Thousands of containers need one parse, not thousands, so operations share a tree
 * as long as none of them changes what another one reads.
 */
class Batch {
  readonly text: string
  readonly document
  readonly #splices: Splice[] = []
  readonly #parents = new Set<string>()
  readonly #paths = new Set<string>()

  constructor(text: string) {
    this.text = text
    this.document = parseYaml(text, true)
  }

  /**
   * Whether a path neither lies inside a planned one nor changes the keys of the same mapping. A path that contains a
   * planned one is found through its splices, see `meets`.
   */
  isIndependent(path: string): boolean {
    const [parent = '', ...above] = pathsAbove(path)
    if (this.#parents.has(parent)) return false
    return ![path, parent, ...above].some((each) => this.#paths.has(each))
  }

  /** Whether the splices touch planned ones: their order would then matter. */
  meets(splices: readonly Splice[]): boolean {
    return splices.some(({ start, end }) =>
      this.#splices.some((planned) => start <= planned.end && end >= planned.start),
    )
  }

  take(path: string, splices: readonly Splice[]): void {
    const [parent] = pathsAbove(path)
    this.#paths.add(path)
    if (parent !== undefined) this.#parents.add(parent)
    this.#splices.push(...splices)
  }

  result(): string {
    return applySplices(this.text, this.#splices)
  }
}

/** The pointers above a path, nearest first. */
const pathsAbove = (path: string): readonly string[] => {
  const keys = keysOfPointer(path)
  return keys.map((_, index) => pointerOf(keys.slice(0, keys.length - 1 - index)))
}
