import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { auditLogOf } from '../cluster/control-plane.ts'
import { cluster } from './cluster.ts'
import { jsonOf } from './json.ts'

/** One request, as the API server's audit log has it (audit.k8s.io/v1, level Metadata). Needs 'control plane'. */
export interface AuditEvent {
  readonly verb: string
  readonly user: {
    readonly username: string
    readonly extra?: { readonly 'authentication.kubernetes.io/pod-name'?: readonly string[] }
  }
  readonly userAgent?: string
  readonly objectRef?: { readonly resource: string; readonly apiGroup?: string }
  readonly annotations?: { readonly 'authorization.k8s.io/decision'?: 'allow' | 'forbid' }
}

/** How long the log is now. */
export const auditPosition = (): number => statSync(auditLogOf(cluster.folder)).size

/** What was asked since a position in the log, the oldest first. */
export const auditedSince = (position: number): readonly AuditEvent[] =>
  textFrom(position)
    .split('\n')
    // The first and the last line may be parts of one that was just being written.
    .flatMap((line) => (jsonOf(line) as AuditEvent | undefined) ?? [])

/** All that files before have asked for is in it, too: some hundred megabytes, which are not read. */
function textFrom(position: number): string {
  const file = openSync(auditLogOf(cluster.folder), 'r')
  try {
    const bytes = Buffer.alloc(auditPosition() - position)
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, position))
  } finally {
    closeSync(file)
  }
}
