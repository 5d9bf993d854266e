import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { shop } from './manifests.ts'
import { folderOf, inProcess, STATED_SETTINGS, slackwater } from './run.ts'

const argsOf = (args: readonly string[]) => ['plan', '-f', '-', '--settings', STATED_SETTINGS, ...args]
const plan = (manifest: string, ...args: readonly string[]) => inProcess(argsOf(args), { input: manifest })

describe('exit codes', () => {
  // D 60 ≥ P 25 + R 10, a readiness probe and the label: nothing stays but information.
  const calm = shop({ delay: 60 })
  const done = '      terminationGracePeriodSeconds: 75\n'
  const hooked = calm
    .replace('    spec:\n      containers', `    spec:\n${done}      containers`)
    .replace(
      'image: nginx:1.27',
      'image: nginx:1.27\n          lifecycle: { preStop: { sleep: { seconds: 45 } } }',
    )

  test.for<[string, string, readonly string[], number]>([
    ['nothing to say', hooked, [], 0],
    ['nothing to say, nothing to change', hooked, ['--exit-code'], 0],
    ['changes do not count', calm, [], 0],
    ['changes count where that is asked for', calm, ['--exit-code'], 1],
    ['a label to set is a change too', shop({ delay: 60, label: '' }), ['--exit-code'], 1],
    ['a warning that stays: D 30 < 35', shop(), [], 1],
    ['a broken document', `${calm}---\nkind: [\n`, [], 2],
    ['no manifest at all', '', [], 2],
  ])('%s', ([, manifest, args, expected]) => {
    expect(slackwater(argsOf(args), { input: manifest }).code).toBe(expected)
  })

  test('a file that is not there is bad input, and the rest goes on', () => {
    const folder = folderOf({ 'web.yaml': calm })
    const ran = slackwater([
      'plan',
      '-f',
      path.join(folder, 'web.yaml'),
      '-f',
      path.join(folder, 'gone.yaml'),
    ])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/gone\.yaml: cannot be read: no such file or folder/)
    expect(ran.out).toContain('Deployment shop/web')
  })
})

describe('the text', () => {
  test('says the numbers, their sum and their origins, within 80 columns', async () => {
    // C 5 + max(P 25, min(D 30, P 25 + R 10)) + J 5 = 40; + A 30 = 70
    const { out } = await plan(shop())
    expect(out).toContain('inject: sleep 40 s, grace period 70 s, in the template')
    expect(out).toContain(
      'sleep S = C + max(P, min(D, P + R)) + J\n          = 5 + max(25, min(30, 25 + 10)) + 5 = 40\n',
    )
    expect(out).toContain('grace period G = S + A = 40 + 30 = 70')
    expect(out).toContain('SIGTERM at 40 s, SIGKILL at 70 s at the latest')
    expect(out.replace(/\s+/g, ' ')).toContain(
      'D 30 deregistration delay annotation alb.ingress.kubernetes.io/target-group-attributes of Ingress shop/web',
    )
    // Neither the diff nor what is there to be pasted may be broken into lines.
    const whole = /slackwater\.dev\/injected|^ {10}alb\.ingress\.kubernetes\.io\//
    const wide = out.split('\n').filter((line) => [...line].length > 80 && !whole.test(line))
    expect(wide).toEqual([])
  })

  test('draws the timeline to scale', async () => {
    // 62 columns for 70 s: C ends in column 4, C + P in 27, C + min(D, P + R) in 31, SIGTERM in 35.
    const { out } = await plan(shop())
    expect(out).toContain(`  load balancer  ${'█'.repeat(4)}${'▓'.repeat(23)}${'░'.repeat(4)}\n`)
    expect(out).toContain(`  preStop        ${'─'.repeat(34)}┤\n`)
  })

  test('shows the change as a diff', async () => {
    const { out } = await plan(shop())
    expect(out).toContain('+            preStop:\n+              sleep:\n+                seconds: 40\n')
    expect(out).toContain('+      terminationGracePeriodSeconds: 70\n')
  })

  test('tells apart what is fixed and what stays', async () => {
    const { out } = await plan(shop({ label: '' }))
    expect(out).toContain('✓ fixed: prestop-missing: no preStop hook on app: it needs 40 s')
    expect(out).toContain('! deregistration-delay-cuts-requests:')
    expect(out).toContain('shop gets the label elbv2.k8s.aws/pod-readiness-gate-inject=enabled')
  })

  test('a user’s hook that is too short is drawn as it is', async () => {
    const hook = '          lifecycle: { preStop: { exec: { command: [sleep, "10"] } } }\n'
    const manifest = shop().replace('          image: nginx:1.27', `${hook}          image: nginx:1.27`)
    const { out } = await plan(manifest)
    expect(out).toContain('nothing to change: every hook is the user’s; it needs 40 s')
    expect(out).toContain('SIGTERM at 10 s, SIGKILL at 30 s at the latest')
    expect(out).toContain('! prestop-too-short: preStop of app sleeps 10 s, it needs 40 s')
  })

  test('a template whose file states a grace below the sleep is left to its Pods', async () => {
    const { out } = await plan(shop({ pod: '      terminationGracePeriodSeconds: 30\n' }))
    expect(out.replace(/\s+/g, ' ')).toContain(
      'inject into its Pods, not into this template: sleep 40 s, grace period 70 s; its manifest states a grace period of 30 s, below the sleep of 40 s',
    )
    expect(out).not.toContain('+      terminationGracePeriodSeconds')
  })

  test('carries no color into a file', () => {
    expect(slackwater(argsOf([]), { input: shop() }).out).not.toContain('\u001b')
  })
})

describe('json and yaml', () => {
  test('say the same as each other, with every origin as data', async () => {
    const fromJson: unknown = JSON.parse((await plan(shop(), '-o', 'json')).out)
    expect(parse((await plan(shop(), '-o', 'yaml')).out)).toEqual(fromJson)
    expect(fromJson).toMatchObject({
      formatVersion: 1,
      summary: { workloads: 1, changed: 1 },
      objects: [
        {
          kind: 'Deployment',
          namespace: 'shop',
          name: 'web',
          position: { file: 'stdin', line: 8 },
          verdict: 'inject',
          budget: { sleepSeconds: 40, gracePeriodSeconds: 70 },
        },
      ],
    })
  })
})

describe('patched manifests', () => {
  const before = shop({ label: '' })

  test.for(['%YAML 1.2\n---\n', '# head\r\n\r\n%YAML 1.2\n---\n'])(
    'of several files are one stream, though one begins with a directive: %j',
    async (head) => {
      const folder = folderOf({ 'a.yaml': before, 'b.yaml': head + before })
      const { out } = slackwater(['plan', '-f', 'a.yaml', 'b.yaml', '--patched'], { cwd: folder })
      expect(parseAllDocuments(out).flatMap(({ errors }) => errors)).toEqual([])
      const { err, out: again } = await plan(out)
      expect([err, again.match(/^ {2}Deployment shop\/web/gm)]).toEqual([
        '',
        Array(2).fill('  Deployment shop/web'),
      ])
    },
  )

  test('of several files are one stream, though one begins with a license in lines as Windows ends them', () => {
    const head = '# Licensed to somebody\r\n'.repeat(100)
    const folder = folderOf({ 'a.yaml': before, 'b.yaml': head + before })
    const args = ['plan', '-f', 'a.yaml', 'b.yaml', '--patched']
    const { code, out } = slackwater(args, { cwd: folder, timeout: 60_000 })
    expect(code).toBe(0)
    expect(out).toContain(`---\n${head}`)
  })

  test('keep comments and order, carry no record, and are a fixed point', async () => {
    const { out, code } = await plan(before, '--patched')
    expect(code).toBe(1)
    const added = out.split('\n').filter((line) => !before.includes(`${line}\n`))
    expect(added).toEqual([
      '  labels:',
      '    elbv2.k8s.aws/pod-readiness-gate-inject: enabled',
      '          lifecycle:',
      '            preStop:',
      '              sleep:',
      '                seconds: 40',
      '      terminationGracePeriodSeconds: 70',
    ])
    expect(out).toContain('# what the Service selects')
    expect(out).not.toContain('slackwater.dev')
    expect(parseAllDocuments(out)).toHaveLength(5)
    expect((await plan(out, '--patched')).out).toBe(out)
    expect((await plan(out)).out).toContain('1 workload: 1 protected already.')
  })

  test('are written below a folder, also where the webhook leaves the template to its Pods', () => {
    const stated = shop({ pod: '      terminationGracePeriodSeconds: 30\n' })
    const folder = folderOf({ 'web.yaml': stated })
    const target = folderOf({})
    expect(slackwater(['plan', '-f', folder, '--settings', STATED_SETTINGS, '--write-to', target]).code).toBe(
      1,
    )
    const written = readFileSync(path.join(target, 'web.yaml'), 'utf8')
    expect(written).toContain('      terminationGracePeriodSeconds: 70\n')
    expect(written).toContain('                seconds: 40\n')
  })
})

test('patched manifests are not JSON: -o json with --patched is refused, and says what converts them', async () => {
  const { code, out, err } = await plan(shop(), '--patched', '-o', 'json')
  expect([code, out]).toEqual([2, ''])
  expect(err).toBe(
    'error: --patched prints the manifests as they are written, not in another format; to convert them: slackwater plan … --patched | yq -o json\n',
  )
  expect((await plan(shop(), '--patched', '-o', 'yaml')).out).toBe((await plan(shop(), '--patched')).out)
})

describe('bad input is named by file and line, and the rest goes on', () => {
  test('a broken document', () => {
    const folder = folderOf({ 'web.yaml': `a: [\n---\n${shop()}` })
    const { out, err, code } = slackwater(['plan', '-f', 'web.yaml'], { cwd: folder })
    expect(code).toBe(2)
    expect(err).toMatch(/^error: web\.yaml:[12]:\d+: /)
    expect(out).toContain('Deployment shop/web')
  })

  test('an object that has not the shape of its kind', async () => {
    const broken = shop({ pod: '      terminationGracePeriodSeconds: soon\n' })
    const { err, code } = await plan(broken)
    expect(code).toBe(2)
    const line = broken.split('\n').findIndex((text) => text.includes('soon')) + 1
    expect(line).toBe(20)
    expect(err).toBe(
      `error: stdin:${line}: Deployment shop/web: spec.template.spec.terminationGracePeriodSeconds: expected a whole number, got a string\n`,
    )
  })

  test('settings: every problem at once, each with its key and what was expected', () => {
    const folder = folderOf({ 'settings.yaml': 'mode: drirun\nmaxSleep: 20\n' })
    const { err, code } = slackwater(['plan', '-f', folder, '--settings', path.join(folder, 'settings.yaml')])
    expect(code).toBe(2)
    expect(err).toContain('mode: "drirun": expected one of enforce, dry-run, off')
    expect(err).toContain('maxSleep: unknown setting')
  })

  test('settings that are no YAML are named by line', () => {
    const folder = folderOf({ 'settings.yaml': 'mode: enforce\nterms: {\n' })
    const { err } = slackwater(['plan', '-f', folder, '--settings', path.join(folder, 'settings.yaml')])
    expect(err).toMatch(/settings\.yaml:\d+:\d+: /)
  })
})

describe('a settings file is one document', () => {
  test.for<[string, string, string]>([
    [
      'two of them',
      'mode: dry-run\n---\nmode: off\n',
      'settings.yaml:2:1: a second document: expected one\n',
    ],
    ['a broken one behind it', 'mode: dry-run\n...\nrubbish: [\n', 'settings.yaml:4:1: '],
    [
      'a key twice in the second',
      '---\n---\nhook: exec\nhook: exec\n',
      'settings.yaml:4:1: duplicate key hook',
    ],
  ])('%s', ([, settings, problem]) => {
    const folder = folderOf({ 'settings.yaml': settings })
    const ran = slackwater(['plan', '-f', '-', '--settings', 'settings.yaml'], { cwd: folder })
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(`error: ${problem}`)
  })

  test('with a directive, comments, and empty ones around it', () => {
    const settings = '# ours\n%YAML 1.2\n---\n---\nmode: dry-run\n...\n---\n# end\n'
    const folder = folderOf({ 'settings.yaml': settings, 'web.yaml': shop() })
    const { out } = slackwater(['plan', '-f', 'web.yaml', '--settings', 'settings.yaml'], { cwd: folder })
    expect(out).toContain('dry-run, would inject')
  })
})

describe('settings and namespaces', () => {
  test('a settings file changes the numbers, and is named as their origin', () => {
    const folder = folderOf({
      'settings.yaml': 'terms:\n  marginSeconds: 5\n  propagationSeconds:\n    alb: 60\n',
      'web.yaml': shop(),
    })
    const { out } = slackwater(['plan', '-f', 'web.yaml', '--settings', 'settings.yaml'], { cwd: folder })
    // 5 + max(60, min(30, 70)) + 5
    expect(out).toContain('sleep 70 s, grace period 100 s')
    expect(out).toContain('setting terms.propagationSeconds.alb')
  })

  test('objects that name no namespace go where -n says', async () => {
    const manifest = shop().replaceAll('  namespace: shop\n', '')
    expect((await plan(manifest, '-n', 'shop')).out).toContain('Deployment shop/web')
    expect((await plan(manifest)).out).toContain('Deployment default/web')
  })
})
