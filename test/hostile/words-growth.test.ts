import { expect, test } from 'vitest'
import { validate } from '../../src/admission/validate.ts'
import { LONGEST_VALUE } from '../../src/core/discovery/annotations/limits.ts'
import { lbcArguments } from '../../src/kubernetes/lbc-arguments.ts'
import { type JsonObject, knowing, requestFor, template } from '../admission/world.ts'
import { sampleOf } from '../depth.ts'
import { growthOf, TOO_FAST } from './growth.ts'

/**
 * Commands, arguments and variables are read for findings: the validating webhook and the report read them of anybody's
 * workload. Whatever a tenant writes there is read in time that grows as its length.
 */

/** Characters of the text: a tenth of what the API server stores of an object, and more than a script may have. */
const LARGEST = 150_000

/** What patterns look for, again and again, and at the end something else. */
const PARTS = [
  ...['c', 'e', '1', '/', '=', '-', ' ', '\\', '"', "'", '`', '(', '$(', '${', '\\\n', '#', '&&', 'sleep 1;'],
  ...['kill ', 'nginx -s ', '-g ', '{"a":'],
]

const textOf = (part: string, size: number): string => `-${part.repeat(Math.ceil(size / part.length))}!`

const PLACES: Readonly<Record<string, (text: string) => JsonObject>> = {
  'the program of a hook': (text) => ({ lifecycle: { preStop: { exec: { command: [text] } } } }),
  'an option of the shell of a hook': (text) => ({
    lifecycle: { preStop: { exec: { command: ['sh', text, '-c', 'sleep 3'] } } },
  }),
  'the script of a hook': (text) => ({
    lifecycle: { preStop: { exec: { command: ['sh', '-c', `sleep 3; ${text}`] } } },
  }),
  'an option of the shell of a container': (text) => ({ command: ['sh', text, '-c', 'node .'] }),
  'the script of a container': (text) => ({ command: ['sh', '-c', `gunicorn ${text}`] }),
  arguments: (text) => ({ command: ['nginx', '-g'], args: [text] }),
  variables: (text) => ({
    command: ['gunicorn'],
    env: ['GUNICORN_CMD_ARGS', 'JAVA_OPTS', 'SPRING_APPLICATION_JSON'].map((name) => ({ name, value: text })),
  }),
}

const CASES = PARTS.flatMap((part) =>
  Object.entries(PLACES).map(([place, containerWith]) => ({
    part,
    what: JSON.stringify(part),
    place,
    containerWith,
  })),
)

test.for([...sampleOf(CASES, 3)])('cost grows as the length: $what in $place', async (one) => {
  const knowledge = knowing()
  const { factor, measured } = await growthOf((size) => {
    const container = one.containerWith(textOf(one.part, size))
    const request = requestFor({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: template({ container }) },
    })
    return () => expect(validate(request, knowledge).outcome).toBe('warned')
  }, LARGEST)
  expect(factor, measured).toBeLessThan(TOO_FAST)
})

/** Every Deployment is looked through for arguments of the load balancer controller. */
test('cost grows as the length: references without an end in an argument', async () => {
  const { factor, measured } = await growthOf((size) => {
    const words = [`--feature-gates=${'$('.repeat(size / 2)}`]
    return () => expect(lbcArguments(words)).toHaveProperty(['feature-gates'])
  }, LONGEST_VALUE)
  expect(factor, measured).toBeLessThan(TOO_FAST)
})
