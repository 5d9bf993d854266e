/** Not LBC's own name: it may be in the cluster. */
export const GATES = 'slackwater-e2e-gates'

/** LBC's webhook with another selector (Helm value webhookNamespaceSelectors). Nobody answers, and nobody must. */
export const gateWebhook = (namespaceSelector: object, failurePolicy = 'Ignore') => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: GATES },
  webhooks: [
    {
      name: 'mpod.elbv2.k8s.aws',
      clientConfig: { service: { namespace: 'kube-system', name: 'nobody', path: '/mutate-v1-pod' } },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy,
      timeoutSeconds: 1,
      namespaceSelector,
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
    },
  ],
})
