import { Check, Errors } from 'typebox/value'
import { property } from '../kubernetes/json.ts'
import { REPORT_FORMAT, type Report, ReportSchema } from './schema.ts'
import { adviceFor, versionSkew } from './version-skew.ts'

type ParsedReport =
  | {
      readonly ok: true
      readonly report: Report
      /** What another version of the installation means for what is shown; absent: nothing. */
      readonly skew?: string
    }
  | { readonly ok: false; readonly problem: string }

/**
 * Parses the answer of a running Slackwater, possibly of another version.
 * @param own the version of this program; absent: versions are not compared.
 */
export function parseReport(document: unknown, own = ''): ParsedReport {
  const skew = versionSkew(document, own)
  if (Check(ReportSchema, document)) {
    if (skew === undefined) return { ok: true, report: document }
    const { text, theirs, isNewer } = skew
    const unseen = isNewer
      ? `what is new in ${theirs} is not shown`
      : `what is new in ${own} is not in its report`
    return { ok: true, report: document, skew: `${text}: ${unseen}` }
  }
  const versions = skew === undefined ? '' : `; ${skew.text}`
  const format = property(document, 'formatVersion')
  if (typeof format === 'number' && format !== REPORT_FORMAT)
    return {
      ok: false,
      problem: `its report has format ${format}, this program reads format ${REPORT_FORMAT}${versions}: ${adviceFor(format > REPORT_FORMAT)}`,
    }
  const [first] = Errors(ReportSchema, document)
  const problem = `its report cannot be read: ${first?.instancePath || '/'}: ${first?.message ?? ''}`
  return {
    ok: false,
    problem: skew === undefined ? problem : `${problem}${versions}: ${adviceFor(skew.isNewer)}`,
  }
}
