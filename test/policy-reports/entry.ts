import type { WorkloadEntry } from '../../src/report/schema.ts'

type Found = WorkloadEntry['findings'][number]

/** A finding that holds, of severity warning unless another is given. */
export const found = (id: Found['id'], further: Partial<Found> = {}): Found => ({
  id,
  severity: 'warning',
  holds: 'throughout',
  message: `a message of ${id}`,
  ...further,
})

/** A protected Deployment of namespace shop. */
export const entry = (name: string, further: Partial<WorkloadEntry> = {}): WorkloadEntry => ({
  kind: 'Deployment',
  namespace: 'shop',
  name,
  state: 'protected',
  mode: 'enforce',
  modeSource: { kind: 'default', of: 'Slackwater' },
  verdict: 'nothing',
  why: 'nothing to do',
  exposures: [],
  present: { containers: [], recorded: true },
  changes: [],
  patch: [],
  sent: [],
  findings: [],
  notices: [],
  warnings: [],
  ...further,
})
