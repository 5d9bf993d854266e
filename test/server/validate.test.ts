import { afterEach, describe, expect, test } from 'vitest'
import { deployment, knowing, requestFor, template } from '../admission/world.ts'
import { type Running, reviewWith, startApp } from './app.ts'

/** POST /validate over TLS. */

let server: Running
afterEach(() => server.stop())

const ENDS_SERVER = { lifecycle: { preStop: { exec: { command: ['nginx', '-s', 'quit'] } } } }
const review = reviewWith(requestFor(deployment(template({ grace: 90, container: ENDS_SERVER }))))
const DENYING = knowing([], { findings: { 'prestop-ends-server': 'deny' } })
const where = { path: '/validate' } as const

const responseOf = async (options: Parameters<typeof startApp>[0], path: string = where.path) => {
  server = await startApp(options)
  const { json } = await server.post(review, { path })
  return (json as { readonly response: Record<string, unknown> }).response
}

const textOf = async (): Promise<string> => (await server.metrics.expose()).text

test('refuses what is denied; the mutating webhook refuses nothing; both are counted apart', async () => {
  const refused = await responseOf({ knowledge: DENYING })
  expect(refused).toMatchObject({ uid: '7f3c', allowed: false, status: { code: 403, reason: 'Forbidden' } })
  const { json } = await server.post(review)
  expect(json).toMatchObject({ response: { allowed: true } })
  const text = await textOf()
  const labels = 'kind="Deployment",operation="CREATE"'
  expect(text).toContain(`requests_total{webhook="validate",${labels},outcome="denied"} 1`)
  expect(text).toMatch(new RegExp(`requests_total\\{webhook="mutate",${labels},outcome="[a-z-]+"\\} 1`))
  expect(text).toContain('slackwater_admission_denied_total{finding="prestop-ends-server"} 1')
  expect(server.logs.find(({ webhook }) => webhook === 'validate')).toMatchObject({
    msg: 'decision',
    outcome: 'denied',
    denied: ['prestop-ends-server'],
  })
})

test('a dry run is refused too, and not counted as a refusal', async () => {
  server = await startApp({ knowledge: DENYING })
  const request = { ...(review['request'] as object), dryRun: true }
  const { json } = await server.post(reviewWith(request), where)
  expect(json).toMatchObject({ response: { allowed: false } })
  expect(await textOf()).not.toContain('slackwater_admission_denied_total{')
})

describe('allows, without a warning and audited', () => {
  test('after an internal error', async () => {
    const validate = (): never => {
      throw new Error('boom')
    }
    const { auditAnnotations, ...response } = await responseOf({ validate })
    expect(response).toEqual({ uid: '7f3c', allowed: true })
    expect(auditAnnotations).toEqual({ unchecked: expect.stringContaining('internal error') })
    expect(await textOf()).toMatch(/requests_total\{webhook="validate",.*outcome="error"\} 1/)
  })

  test('a request that took longer than ?timeout=', async () => {
    const { allowed, warnings, auditAnnotations } = await responseOf(
      { knowledge: DENYING },
      '/validate?timeout=1ns',
    )
    expect([allowed, warnings]).toEqual([true, undefined])
    expect(auditAnnotations).toEqual({ unchecked: expect.stringContaining('timeout') })
  })
})
