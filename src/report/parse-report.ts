import { Check, Errors } from 'typebox/value'
import { REPORT_FORMAT, type Report, ReportSchema } from './schema.ts'

type ParsedReport =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly problem: string }

/** Parses the answer of a running Slackwater, possibly of another version. */
export function parseReport(document: unknown): ParsedReport {
  if (Check(ReportSchema, document)) return { ok: true, report: document }
  const format = typeof document === 'object' && document !== null && 'formatVersion' in document
  if (format && document.formatVersion !== REPORT_FORMAT)
    return {
      ok: false,
      problem: `its report has format ${document.formatVersion}, this program reads ${REPORT_FORMAT}: use the same version (-o json prints any)`,
    }
  const [first] = Errors(ReportSchema, document)
  return {
    ok: false,
    problem: `its report cannot be read: ${first?.instancePath || '/'}: ${first?.message ?? ''}`,
  }
}
