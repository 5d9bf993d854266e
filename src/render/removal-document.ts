import type { Removal } from '../removal/removal.ts'

/** A removal as data: docs/uninstall.md explains each field. */
export const removalDocument = (
  { workloads, namespaces, reports, unread, webhooks, validatingWebhooks, stopped }: Removal,
  dryRun: boolean,
) => ({
  dryRun,
  ...(stopped === undefined ? {} : { stopped }),
  workloads: workloads.map(({ ref, state, changes, why, rollout }) => ({
    ...ref,
    state,
    changes,
    ...(why === undefined ? {} : { why }),
    ...(rollout === undefined ? {} : { rollout }),
  })),
  namespaces,
  reports: reports.map(({ ref, state, why }) => ({
    ...ref,
    state,
    ...(why === undefined ? {} : { why }),
  })),
  unread,
  webhooks,
  validatingWebhooks,
})
