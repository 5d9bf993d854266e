import { ApiError, isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { type FoundWorkload, findWorkloads, type Scope } from './find-workloads.ts'
import { findNamespaces } from './namespaces.ts'
import type { NamespaceRemoval, Removal, Unread } from './removal.ts'
import { type FoundReport, findReports } from './reports.ts'
import { ownWebhooks } from './webhooks.ts'

/** What can be removed; nothing is written. */
export interface Survey extends Removal {
  readonly workloads: readonly FoundWorkload[]
  readonly reports: readonly FoundReport[]
}

interface SurveyOptions {
  readonly api: ApiServer
  readonly scope: Scope
  /** Whether to include labels of namespaces; with a selector of workloads they are left out. */
  readonly labels: boolean
  readonly signal: AbortSignal
}

/** @throws any error of the connection; ApiError if no other request would succeed either. */
export async function survey({ api, scope, labels, signal }: SurveyOptions): Promise<Survey> {
  const { workloads, unread } = await findWorkloads(api, scope, signal)
  const wanted = labels && scope.selector === undefined
  const namespaces = wanted ? await namespacesOf(api, scope, signal) : { found: [], unread: [] }
  // A selector of workloads means a part of a namespace, and a report is about all of it.
  const found =
    scope.selector === undefined
      ? await findReports(api, scope.namespace, signal)
      : { reports: [], unread: [] }
  return {
    workloads,
    namespaces: namespaces.found,
    reports: found.reports,
    unread: [...unread, ...namespaces.unread, ...found.unread],
    ...(await ownWebhooks(api, signal)),
  }
}

async function namespacesOf(
  api: ApiServer,
  { namespace }: Scope,
  signal: AbortSignal,
): Promise<{ readonly found: readonly NamespaceRemoval[]; readonly unread: readonly Unread[] }> {
  try {
    return { found: await findNamespaces(api, namespace, signal), unread: [] }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const problem = isAbsent(error) ? `there is no namespace ${namespace}` : error.message
    return { found: [], unread: [{ resource: 'namespaces', problem }] }
  }
}
