import { describe, expect, test } from 'vitest'
import { knownLength } from '../../src/core/injection/hooks.ts'
import { root } from '../../src/kubernetes/json.ts'
import { toPodTemplate } from '../../src/kubernetes/template.ts'

const CONTROLLER = '/nginx-ingress-controller'
const WAIT = ['/wait-shutdown']

function lengthOf(commandLine: object, hook: readonly string[] = WAIT) {
  const lifecycle = { preStop: { exec: { command: hook } } }
  const spec = { containers: [{ name: 'controller', lifecycle, ...commandLine }] }
  const [container] = toPodTemplate(root({ spec })).containers
  return container?.preStop === undefined ? undefined : knownLength(container.preStop)
}

describe('ingress-nginx’s hook lasts as long as its controller is told to go on serving', () => {
  test.for<[string, object, number]>([
    ['in one word', { args: [CONTROLLER, '--shutdown-grace-period=15'] }, 15],
    ['in two', { args: [CONTROLLER, '--v=2', '--shutdown-grace-period', '40'] }, 40],
    [
      'the last one wins',
      { args: [CONTROLLER, '--shutdown-grace-period=15', '--shutdown-grace-period=5'] },
      5,
    ],
    ['its default is 0', { args: [CONTROLLER, '--ingress-class=nginx'] }, 0],
    [
      'in the command, behind another program',
      { command: ['/usr/bin/dumb-init', '--', CONTROLLER], args: ['--shutdown-grace-period=15'] },
      15,
    ],
    ['another flag that begins alike', { args: [CONTROLLER, '--shutdown-grace-periods=15'] }, 0],
  ])('%s', ([, commandLine, length]) => {
    expect(lengthOf(commandLine)).toBe(length)
  })
})

describe('unknown where the command line does not tell', () => {
  test.for<[string, object]>([
    ['the image’s own command', {}],
    ['another program', { args: ['/server', '--shutdown-grace-period=15'] }],
    ['a flag without a program', { args: ['--shutdown-grace-period=15'] }],
    ['in a shell', { command: ['sh', '-c', `${CONTROLLER} --shutdown-grace-period=15`] }],
    ['a variable', { args: [CONTROLLER, '--shutdown-grace-period=$(GRACE)'] }],
    ['no value', { args: [CONTROLLER, '--shutdown-grace-period'] }],
    // pflag takes it for octal: 8.
    ['a leading zero', { args: [CONTROLLER, '--shutdown-grace-period=010'] }],
    ['a negative one', { args: [CONTROLLER, '--shutdown-grace-period=-1'] }],
    ['more than a number carries', { args: [CONTROLLER, '--shutdown-grace-period=99999999999999999999'] }],
    ['words of another type', { args: [15, null, {}] }],
  ])('%s', ([, commandLine]) => {
    expect(lengthOf(commandLine)).toBeUndefined()
  })

  test('another hook', () => {
    const args = [CONTROLLER, '--shutdown-grace-period=15']
    expect(lengthOf({ args }, ['/wait-shutdown', 'x'])).toBeUndefined()
    expect(lengthOf({ args }, ['/quit'])).toBeUndefined()
    expect(lengthOf({ args: 'no list' }, ['/quit'])).toBeUndefined()
  })
})
