import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { audit, shop } from '../audit/cluster.ts'
import { inProcess } from '../cli/run.ts'
import { INGRESSES } from '../cluster/fake-api-server.ts'

/** docs/redact.jq, with the jq of this machine: no name is left, and everything else is as it was. */

const hasJq = spawnSync('jq', ['--version']).status === 0
if (!hasJq) process.stderr.write('docs/redact.jq: its cases are skipped, because jq is not installed\n')

function redacted(text: string): string {
  const { status, stdout, stderr } = spawnSync('jq', ['-f', 'docs/redact.jq'], {
    input: text,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
  return stdout
}

const wordsIn = (text: string): readonly string[] => text.match(/[A-Za-z0-9-]+/g) ?? []
const NUMBERED = /^name-\d+$/

test.runIf(hasJq)(
  'of an audit: names of objects, containers, the context and the server, hosts and paths',
  async () => {
    const server = await shop()
    try {
      server.put(INGRESSES, {
        metadata: {
          name: 'web',
          namespace: 'shop',
          annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' },
        },
        spec: {
          ingressClassName: 'alb',
          rules: [
            {
              host: 'secret.example.com',
              http: {
                paths: [
                  {
                    path: '/checkout',
                    pathType: 'Prefix',
                    backend: { service: { name: 'web', port: { number: 80 } } },
                  },
                ],
              },
            },
          ],
        },
      })
      const report = await audit(await server.start())
      const before = JSON.stringify(report)
      for (const name of ['shop', 'web', 'secret.example.com', 'checkout', '127.0.0.1'])
        expect(before).toContain(name)
      const after = redacted(before)
      const names = ['shop', 'web', 'app', 'here', 'worker', 'checkout', 'secret', '127']
      expect(wordsIn(after).filter((word) => names.includes(word))).toEqual([])
      expect(after).not.toContain('example.com')
      expect(JSON.parse(after).totals).toEqual(report.totals)
      expect(JSON.parse(after).workloads[0].budget.sleepSeconds).toBe(45)
    } finally {
      await server.stop()
    }
  },
)

test.runIf(hasJq)('of a plan: only names change, and the same name becomes the same word', async () => {
  const { out } = await inProcess(['plan', '-f', 'examples/1-bookshop.yaml', '-o', 'json'])
  const after = redacted(out)
  expect(wordsIn(after).filter((word) => ['bookshop', 'storefront', 'nginx'].includes(word))).toEqual([])
  const { objects } = JSON.parse(after)
  const [{ namespace, name, exposures }] = objects
  expect([namespace, name].every((word) => NUMBERED.test(word))).toBe(true)
  expect(exposures[0].because[0].text).toBe(
    `Ingress ${namespace}/${name} → rule → Service ${namespace}/${name}:80 → Deployment ${namespace}/${name}`,
  )
})

test.runIf(hasJq)(
  'of what AWS says and of what was measured: no account, Region, load balancer or target group',
  async () => {
    const { out } = await inProcess(['plan', '-f', 'test/cli/golden/fixtures/observed.yaml', '-o', 'json'])
    const names = ['123456789012', 'eu-west-1', 'k8s-books-store-0123456789', '6d0ecf831eec9f09']
    for (const name of names) expect(out).toContain(name)
    const after = redacted(out)
    expect(names.filter((name) => after.includes(name))).toEqual([])
    const [{ exposures }] = JSON.parse(after).objects
    expect(exposures[0].targetGroup).toMatch(NUMBERED)
  },
)

test.runIf(hasJq)('identifiers of AWS in a sentence, each by the same word', () => {
  const arn = 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/prod'
  const [of, address] = ['account 111122223333', 'internal-a-1.cn-north-1.elb.amazonaws.com.cn']
  const after = redacted(JSON.stringify({ context: arn, why: `${arn}: ${of}, ${address}; 123456789012.5 s` }))
  // The longest first: the ARN, the address, the account.
  expect(JSON.parse(after)).toEqual({
    context: 'name-1',
    why: 'name-1: account name-3, name-2; 123456789012.5 s',
  })
})

test.runIf(hasJq)('names with signs that a pattern would read', () => {
  const after = redacted(
    JSON.stringify({ workloads: [{ kind: 'Pod', name: 'a.b+c', why: 'a.b+c and aXb' }] }),
  )
  expect(JSON.parse(after)).toEqual({ workloads: [{ kind: 'Pod', name: 'name-1', why: 'name-1 and aXb' }] })
})
