import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect } from 'vitest'
import { caseOf, cluster, has } from './support/cluster.ts'
import { helm, IMAGE, makeRoom, uninstall } from './support/installation.ts'
import { createNamespace, kubectl, kubectlOk, run } from './support/kubectl.ts'
import { createLoadBalancer } from './support/load-balancer.ts'
import {
  type LoadBalancerController,
  startLoadBalancerController,
} from './support/load-balancer-controller.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'

/** README.md, how it is installed: what is told to be copied is copied, and what is told to be seen is seen. */

const NEEDS = ['pods', 'helm', 'controllers', 'control plane'] as const
const NAMESPACE = 'shop'
const PORT = 8080
/** "It takes less than a minute." Milliseconds. */
const UNDER_A_MINUTE = 60_000
/** Until what it did is seen, on a machine that is full. Milliseconds. */
const SEEN = 180_000

const [, section = ''] = readFileSync('README.md', 'utf8').split(/<!-- \/?install -->/)

/** What is between fences: how the image is made, which is there already; a command, what is seen, another one, what is seen. */
const [, install = '', installed = '', report = '', reported = ''] = section
  .split('```')
  .filter((_, index) => index % 2 === 1)
  .map((text) => text.trim())

/** A backslash goes on in the next line. */
const wordsOf = (command: string): readonly string[] =>
  command
    .split(/\s+/)
    .slice(1)
    .filter((word) => word !== '\\')

/** `…` stands for what is left out. */
const partsOf = (told: string): readonly string[] => told.split('…').map((part) => part.trim())

/** Paragraphs may be apart. */
const squeezed = (text: string): string => text.replaceAll(/\n\n+/g, '\n')

let controller: LoadBalancerController | undefined
beforeAll(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  controller = await startLoadBalancerController()
  await createNamespace(NAMESPACE)
})
afterAll(async () => {
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false'])
  await controller?.stop()
  if (has(...NEEDS)) await uninstall()
})

caseOf('one command, and what is applied from now on is protected', NEEDS, async () => {
  // What a try before has left would be in the way.
  await uninstall()
  const from = Date.now()
  const { out } = await helm(...wordsOf(install), ...IMAGE.flatMap((value) => ['--set', value]))
  expect(Date.now() - from).toBeLessThan(UNDER_A_MINUTE)
  for (const part of partsOf(installed)) expect(squeezed(out)).toContain(squeezed(part))
})

caseOf('another one shows what it did', NEEDS, async () => {
  const traffic = { namespace: NAMESPACE, port: PORT, requestsPerSecond: 1, propagation: 0 }
  controller?.serve(NAMESPACE, createLoadBalancer(traffic))
  // The Deployment first, its Ingress last, as in most folders.
  const objects = [app({ env: { NAME: 'app', PORT: String(PORT) }, replicas: 2 }), service(), ingress()]
  await kubectlOk(['apply', '-n', NAMESPACE, '-f', '-'], ...objects)
  let out = ''
  const isSeen = async () => {
    out = (await run(cluster.kubectl, wordsOf(report))).out
    return partsOf(reported).every((part) => out.includes(part)) || undefined
  }
  await waitFor(isSeen, SEEN, 'what README.md tells').catch(() => undefined)
  for (const part of partsOf(reported)) expect(out).toContain(part)
})
