import { changedAt, type Fields } from './model/values.ts'

/** The Pod that a ReplicaSet's controller makes of a template; the API server gives it a name. */
export function podOf(template: Fields): Fields {
  const named = changedAt(template, ['metadata', 'labels', 'pod-template-hash'], () => '6d4b')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    ...changedAt(
      changedAt(named, ['metadata', 'generateName'], () => 'web-6d4b-'),
      ['metadata', 'ownerReferences'],
      () => [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6d4b', controller: true, uid: '1' }],
    ),
  }
}
