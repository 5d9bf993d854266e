import type { FindingId } from '../core/findings/catalogue.ts'
import { type BudgetDocument, decidingOf } from '../report/decision-document.ts'

/** Whether the table of a budget's terms says the same: that the deregistration delay is assumed, and of what length. */
export function isInTermTable(
  { id }: { readonly id: FindingId },
  budget: Pick<BudgetDocument, 'decidedBy' | 'perExposure'> | undefined,
): boolean {
  if (id !== 'deregistration-delay-assumed' || budget === undefined) return false
  return decidingOf(budget)?.terms['D']?.origin.rank === 'assumed'
}
