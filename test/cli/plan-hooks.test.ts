import { describe, expect, test } from 'vitest'
import { shop } from './manifests.ts'
import { inProcess, STATED_SETTINGS } from './run.ts'

interface Given {
  readonly hook: string
  readonly grace?: number
  readonly more?: string
}

/** Behind an ALB with D 60: S = 5 + max(25, min(60, 25 + 10)) + 5 = 45; requests arrive until 5 + 25 = 30. */
async function planned({ hook, grace, more = '' }: Given) {
  const pod = grace === undefined ? '' : `      terminationGracePeriodSeconds: ${grace}\n`
  const image = '          image: nginx:1.27\n'
  const manifest = shop({ delay: 60, pod }).replace(
    image,
    `${image}          lifecycle: { preStop: ${hook} }\n${more}`,
  )
  const { code, out } = await inProcess(['plan', '-f', '-', '--settings', STATED_SETTINGS], {
    input: manifest,
  })
  return { code, text: out.replace(/\s+/g, ' ') }
}

const exec = (...command: readonly string[]): string => `{ exec: { command: ${JSON.stringify(command)} } }`
const shell = (script: string): string => exec('sh', '-c', script)

describe('what is reported of a hook that the user wrote', () => {
  test.for<[string, Given, number, readonly string[]]>([
    [
      'nginx stops accepting before the load balancer knows',
      { hook: exec('/usr/sbin/nginx', '-s', 'quit'), grace: 120 },
      1,
      [
        '! prestop-ends-server: preStop of app ends the server at once (nginx), requests arrive until 30 s: sleep 45 s first',
      ],
    ],
    [
      'SIGKILL before the load balancer has stopped, whatever the hook does',
      { hook: shell('wget -qO- localhost:9901/drain; sleep 5'), grace: 7 },
      1,
      [
        // S 45 + A 7
        '! grace-too-short: SIGKILL at 7 s, requests arrive until 30 s: set terminationGracePeriodSeconds 52',
        '· prestop-unknown-length: the length of the preStop hook on app is unknown: if it does not wait 45 s, begin it with sleep 45',
      ],
    ],
    [
      'no time at all',
      { hook: exec('/drain'), grace: 0 },
      1,
      [
        '! grace-too-short: grace period 0: SIGKILL at 0 s, no preStop hook runs; requests arrive until 30 s: set terminationGracePeriodSeconds 75',
      ],
    ],
    // 28 + 28 = 56 > 45 + 10; 90 − 56 = 34 are left.
    [
      'two sleeps, and the server after them',
      { hook: shell('echo draining; sleep 28; sleep 28; nginx -s quit'), grace: 90 },
      0,
      [
        'nothing to change: every hook is the user’s',
        'SIGTERM at 56 s, SIGKILL at 90 s',
        '· sleep-longer-than-needed: preStop of app sleeps 56 s',
      ],
    ],
    // 60 > 30: the API server would refuse it. 60 + A 30.
    [
      'a native sleep above the grace period',
      { hook: '{ sleep: { seconds: 60 } }' },
      0,
      [
        'change the grace period: 30 → 90 s, in the template; every hook is the user’s',
        '✓ fixed: grace-too-short:',
        '+ terminationGracePeriodSeconds: 90',
      ],
    ],
    [
      'ingress-nginx goes on for its --shutdown-grace-period',
      {
        hook: exec('/wait-shutdown'),
        grace: 300,
        more: '          args: [/nginx-ingress-controller, --shutdown-grace-period=20]\n',
      },
      1,
      ['! prestop-too-short: preStop of app sleeps 20 s, it needs 45 s', 'grace period 300 − preStop 20'],
    ],
    [
      'too short stays too short',
      { hook: shell('sleep 15'), grace: 45 },
      1,
      ['! prestop-too-short: preStop of app sleeps 15 s, it needs 45 s'],
    ],
  ])('%s', async ([, given, code, lines]) => {
    const plan = await planned(given)
    for (const line of lines) expect(plan.text).toContain(line)
    expect(plan.code).toBe(code)
  })

  test('one finding for each hook, not two', async () => {
    expect((await planned({ hook: shell('nginx -s quit; sleep 60'), grace: 120 })).text).not.toContain(
      'prestop-unknown-length',
    )
    expect((await planned({ hook: shell('sleep 50; nginx -s quit'), grace: 90 })).text).not.toContain(
      'prestop-ends-server',
    )
  })
})

test('the proxy of an application that drains by itself: what its sum means', async () => {
  const manifest = shop({ delay: 60 })
    .replace(
      '    metadata:\n      labels:',
      '    metadata:\n      annotations: { slackwater.dev/shutdown: graceful }\n      labels:',
    )
    .replace(
      '        - name: app\n',
      '        - { name: istio-proxy, image: istio/proxyv2 }\n        - name: app\n',
    )
  const { out } = await inProcess(['plan', '-f', '-', '--settings', STATED_SETTINGS], { input: manifest })
  const text = out.replace(/\s+/g, ' ')
  // S = 5 + 25 + 5 = 35; A 30 > R 10: until 65, and Istio's 5 s.
  expect(text).toContain(
    'grace period G = 65 + 5 = 70: istio-proxy runs until the application has drained (65 s) and needs 5 s more',
  )
  expect(text).toContain('prestop-missing: no preStop hook on istio-proxy: it needs 65 s')
  expect(text).toContain('prestop-missing: no preStop hook on app: it needs 35 s')
})

// Every hook is the user's: 15 s is no part of the sum, 45 s is what it should have been.
test('a hook that is too short: the sum is that of the sleep', async () => {
  expect((await planned({ hook: shell('sleep 15'), grace: 45 })).text).toContain('G = S + A = 45 + 30 = 75')
})
