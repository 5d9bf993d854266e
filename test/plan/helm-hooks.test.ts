import { expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

/**
 * The test of a chart that `helm create` makes has all labels of the release, so that its Service selects the Pod of the
 * test, too: a Pod that asks once and ends. `helm template` prints it with the rest.
 */
const release = (annotation: string) => `
apiVersion: v1
kind: Service
metadata: {name: ferry, namespace: harbor}
spec:
  type: LoadBalancer
  loadBalancerClass: service.k8s.aws/nlb
  selector: {app.kubernetes.io/name: ferry, app.kubernetes.io/instance: ferry}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata:
  name: ferry-test-connection
  namespace: harbor
  labels: {app.kubernetes.io/name: ferry, app.kubernetes.io/instance: ferry}
  annotations: {${annotation}}
spec:
  containers: [{name: wget, image: "busybox:1", command: [wget], args: ["ferry:80"]}]
  restartPolicy: Never
`

test.for([
  ['helm.sh/hook: test', 'out-of-scope'],
  ['helm.sh/hook: test-success', 'out-of-scope'],
  ['helm.sh/hook: "post-install,test"', 'out-of-scope'],
  ['helm.sh/chart: ferry', 'inject'],
] as const)('a Pod with %s is %s', ([annotation, verdict]) => {
  const { objects } = planManifests({
    manifests: readManifests([{ name: 'release.yaml', text: release(annotation) }]),
    settings: DEFAULT_SETTINGS,
    namespace: 'default',
  })
  const [pod] = objects
  expect(pod?.decision.verdict).toBe(verdict)
  if (verdict === 'out-of-scope') expect([pod?.findings, pod?.withoutRecord]).toEqual([[], []])
})
