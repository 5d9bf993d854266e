import { add, longer, type Seconds, seconds, shorter } from '../model/seconds.ts'

/**
 * The terms of the timing budget.
 * C controller · P propagation · R request · K kube-proxy · J margin · A shutdown · D deregistration delay ·
 * I idle timeout · H health check · L lag of an NLB after its health check has failed.
 */
const TERM_NAMES = ['C', 'P', 'R', 'K', 'J', 'A', 'D', 'I', 'H', 'L'] as const
export type TermName = (typeof TERM_NAMES)[number]

/** A formula as data, so that it can be computed, printed and tested from one definition. */
export type Formula =
  | { readonly op: 'term'; readonly name: TermName }
  | { readonly op: 'sum' | 'max' | 'min'; readonly of: readonly Formula[] }

export const term = (name: TermName): Formula => ({ op: 'term', name })
export const sum = (...of: readonly Formula[]): Formula => ({ op: 'sum', of })
export const max = (...of: readonly Formula[]): Formula => ({ op: 'max', of })
export const min = (...of: readonly Formula[]): Formula => ({ op: 'min', of })

/** The value of a formula, given the value of each term. */
export function evaluate(formula: Formula, secondsOf: (name: TermName) => Seconds): Seconds {
  if (formula.op === 'term') return secondsOf(formula.name)
  const together = TOGETHER[formula.op]
  let value: Seconds | undefined
  for (const part of formula.of) {
    const next = evaluate(part, secondsOf)
    value = value === undefined ? next : together(value, next)
  }
  return value ?? seconds(0)
}

const TOGETHER = { sum: add, max: longer, min: shorter } as const

/** The distinct terms of a formula, in the order in which they are read. */
export function termsOf(formula: Formula): readonly TermName[] {
  if (formula.op === 'term') return [formula.name]
  return [...new Set(formula.of.flatMap(termsOf))]
}

/** Writes a formula out, `C + max(P, min(D, P + R)) + J`, with each term written as the caller likes. */
export function writeFormula(formula: Formula, write: (name: TermName) => string): string {
  if (formula.op === 'term') return write(formula.name)
  const parts = formula.of.map((part) => writeFormula(part, write))
  return formula.op === 'sum' ? parts.join(' + ') : `${formula.op}(${parts.join(', ')})`
}
