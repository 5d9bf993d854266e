import { readFileSync, statSync } from 'node:fs'
import { auditLogOf } from '../cluster/control-plane.ts'
import { cluster } from './cluster.ts'

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
  readFileSync(auditLogOf(cluster.folder))
    .subarray(position)
    .toString('utf8')
    .split('\n')
    // The last line may not be written to its end.
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AuditEvent)
