import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { BINDINGS, BUILT_IN, DEPLOYMENTS, FakeApiServer, LEASES, SERVICES } from './cluster/fake-api-server.ts'
import { Account } from './lab/aws/account.ts'
import { startStandIn } from './lab/aws/stand-in.ts'
import { startFollowing } from './cli/following.ts'
import { folderOf } from './cli/run.ts'
process.env['AWS_ACCESS_KEY_ID']='AKIAIOSFODNN7EXAMPLE'; process.env['AWS_SECRET_ACCESS_KEY']='x'
for (const enabled of [false, true, false, true]) {
  const account = new Account({ region: 'eu-central-1' })
  const alb = account.addLoadBalancer({ name: 'shop' })
  const standIn = await startStandIn(account)
  process.env['AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2'] = standIn.url
  const server = new FakeApiServer()
  server.serve(...BUILT_IN, LEASES, '/api/v1/configmaps', BINDINGS)
  for (let i = 0; i < 40; i++) {
    const group = account.addTargetGroup({ name: `web${i}`, loadBalancers: [alb] })
    server.put(SERVICES, { metadata: { name: `web${i}`, namespace: 'shop' }, spec: { selector: { app: `web${i}` }, ports: [{ port: 80 }] } })
    server.put(BINDINGS, { metadata: { name: `web${i}`, namespace: 'shop' }, spec: { targetGroupARN: group, targetType: 'ip', serviceRef: { name: `web${i}`, port: 80 } } })
  }
  const folder = folderOf({ 'settings.yaml': `aws: { enabled: ${enabled} }\n` })
  const program = await startFollowing(await server.start(), '--controller', '--settings', `${folder}/settings.yaml`)
  for (let s = 0; s < 60; s += 20) {
    await pause(20_000)
    const text = await (await fetch(`http://127.0.0.1:${program.healthPort}/metrics`)).text()
    const of = (name: string) => text.split('\n').find((line) => line.startsWith(name + ' '))?.split(' ')[1]
    console.log(enabled, s + 20, 'rss', Number(of('process_resident_memory_bytes')) / 2 ** 20, 'heap', Number(of('nodejs_heap_size_used_bytes')) / 2 ** 20, 'calls', standIn.calls.length, 'cpu', of('process_cpu_seconds_total'))
  }
  await program.stop(); await standIn.stop(); await server.stop()
}
