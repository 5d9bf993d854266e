import { expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { patchFiles } from '../../src/plan/patched.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { problemText } from '../../src/render/problem-text.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

test('an object that cannot be changed in place is named by its file and line, once', () => {
  const text = `# the second line begins the object
apiVersion: apps/v1
kind: Deployment
metadata: { name: kiln, namespace: pottery }
spec:
  template:
    metadata: { labels: { app: kiln } }
    spec:
      ? containers
      : - name: kiln
          image: kiln:1
---
apiVersion: v1
kind: Service
metadata: { name: kiln, namespace: pottery }
spec: { type: LoadBalancer, selector: { app: kiln }, ports: [{ port: 80 }] }
`
  const sources = [{ name: 'kiln.yaml', text }]
  const manifests = readManifests(sources)
  const plan = planManifests({ manifests, settings: DEFAULT_SETTINGS, namespace: 'default' })
  expect(patchFiles(sources, plan).refused.map(problemText)).toEqual([
    'kiln.yaml:2: Deployment pottery/kiln is not changed: one of its keys is written with a question mark',
  ])
})
