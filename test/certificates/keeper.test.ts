import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OVERLAP } from '../../src/certificates/due.ts'
import { SECRETS, VALIDATING_WEBHOOKS, WEBHOOKS } from '../cluster/fake-api-server.ts'
import { IS_DEEP, sampleOf } from '../depth.ts'
import {
  believes,
  blocks,
  Clients,
  CONFIGURATION,
  CONFIGURATION_PATH,
  DAY,
  madeBefore,
  NAMESPACE,
  type Replica,
  Replicas,
  SECRET,
  SECRET_PATH,
  VALIDATING_PATH,
} from './replicas.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
/** API servers that are nearly as far behind as a new authority is given time to become known. */
const LAG = 50 * SECOND

let replicas: Replicas
beforeEach(async () => {
  replicas = new Replicas()
  await replicas.start()
})
afterEach(() => replicas.stop())

const now = (): number => replicas.clock.date().getTime()

/** Two replicas, of which one leads, with certificates that were made before, trusted everywhere. */
async function running(texts: Readonly<Record<string, string>>): Promise<readonly [Replica, Replica]> {
  replicas.putConfigurations()
  replicas.putSecret(texts)
  const both = [replicas.replica({ leads: true }), replicas.replica()] as const
  await replicas.clock.pass(10 * SECOND)
  return both
}

const calling = (called: readonly Replica[]): Clients => new Clients(replicas, called, LAG)

describe('a first start', () => {
  test('of two replicas together: one makes the certificates, the other takes them', async () => {
    replicas.putConfigurations()
    const [one, two] = [replicas.replica(), replicas.replica({ leads: true })]
    await replicas.clock.pass(0)
    // Both found nothing and made their own; the write of one was refused.
    expect(replicas.writesTo(SECRET_PATH)).toBe(2)
    expect(replicas.said('certificate secret written')).toHaveLength(1)
    expect(one.served()?.cert).toBe(two.served()?.cert)
    expect(one.served()?.cert).toBe(replicas.secret()?.['tls.crt'])
  })

  test('both are trusted within two seconds, and say so only then', async () => {
    replicas.putConfigurations()
    const both = [replicas.replica(), replicas.replica({ leads: true })]
    expect(both.map(({ made }) => made.keeper.isServing())).toEqual([false, false])
    await replicas.clock.pass(2 * SECOND)
    expect(both.map(({ made }) => made.keeper.isServing())).toEqual([true, true])
    expect(both.map(({ made }) => made.keeper.isTrusted())).toEqual([true, true])
    const { 'ca.crt': authority = '' } = replicas.secret() ?? {}
    expect(replicas.bundles()).toEqual([authority, authority])
    for (const { served } of both) expect(believes(authority, served() ?? { cert: '' }, now())).toBe(true)
  })

  test('without a leader it serves, but is not trusted', async () => {
    replicas.putConfigurations()
    const { made } = replicas.replica()
    await replicas.clock.pass(5 * MINUTE)
    expect([made.keeper.isServing(), made.keeper.isTrusted()]).toEqual([true, false])
  })

  test('without a webhook configuration nobody has to trust it; said once, and done when it comes', async () => {
    const { made } = replicas.replica({ leads: true })
    await replicas.clock.pass(MINUTE)
    expect(made.keeper.isTrusted()).toBe(true)
    expect(replicas.said('no such webhook configuration').map(({ configuration }) => configuration)).toEqual([
      'MutatingWebhookConfiguration slackwater',
      'ValidatingWebhookConfiguration slackwater',
    ])
    expect(replicas.said('tick failed')).toEqual([])
    replicas.putConfigurations()
    await replicas.clock.pass(5 * SECOND)
    expect(replicas.bundles()).toEqual([replicas.secret()?.['ca.crt'], replicas.secret()?.['ca.crt']])
  })

  test('without the rights it says which, once, and begins when it has them', async () => {
    replicas.server.refused.set(SECRET_PATH, 403)
    const { made } = replicas.replica({ leads: true })
    await replicas.clock.pass(5 * MINUTE)
    expect(made.keeper.isServing()).toBe(false)
    const said = replicas.said('certificate maintenance failed').map(({ problem }) => problem)
    expect(said).toEqual([expect.stringContaining(`Secret ${NAMESPACE}/${SECRET} (get, create, patch)`)])
    replicas.server.refused.clear()
    await replicas.clock.pass(30 * SECOND)
    expect(made.keeper.isServing()).toBe(true)
  })
})

describe('our webhook configuration', () => {
  test('is written once, and no other ever', async () => {
    await running(await madeBefore(now()))
    await replicas.clock.pass(2 * MINUTE)
    expect([CONFIGURATION_PATH, VALIDATING_PATH].map((path) => replicas.writesTo(path))).toEqual([1, 1])
    expect(replicas.bundles(CONFIGURATION, VALIDATING_WEBHOOKS)).toEqual(replicas.bundles())
    expect(replicas.bundles('other')).toEqual(['', ''])
    expect(replicas.bundles('other', VALIDATING_WEBHOOKS)).toEqual(['', ''])
    for (const kind of [WEBHOOKS, VALIDATING_WEBHOOKS]) expect(replicas.writesTo(`${kind}/other`)).toBe(0)
    expect(replicas.writesTo(SECRET_PATH)).toBe(0)
  })

  test('where the validating one may not be written, the other is, and the right is named', async () => {
    replicas.putConfigurations()
    replicas.server.refused.set(VALIDATING_PATH, 403)
    replicas.replica({ leads: true })
    await replicas.clock.pass(MINUTE)
    expect(replicas.bundles()).toEqual([replicas.secret()?.['ca.crt'], replicas.secret()?.['ca.crt']])
    const said = replicas.said('certificate maintenance failed').map(({ problem }) => problem)
    expect(said).toEqual([expect.stringContaining('ValidatingWebhookConfiguration slackwater (get, patch)')])
  })

  test('is written anew within 5 s where somebody takes the authority out', async () => {
    const texts = await madeBefore(now())
    await running(texts)
    replicas.putConfigurations()
    await replicas.clock.pass(5 * SECOND)
    expect(replicas.bundles()).toEqual([texts['ca.crt'], texts['ca.crt']])
  })

  test('is written anew where somebody writes it at the same moment', async () => {
    const texts = await madeBefore(now())
    replicas.putSecret(texts)
    replicas.putConfigurations()
    replicas.server.refused.set(`PATCH ${CONFIGURATION_PATH}`, 422)
    replicas.replica({ leads: true })
    await replicas.clock.pass(SECOND)
    expect(replicas.said('tick failed')).toHaveLength(1)
    replicas.server.refused.clear()
    await replicas.clock.pass(10 * SECOND)
    expect(replicas.bundles()).toEqual([texts['ca.crt'], texts['ca.crt']])
  })
})

describe('a rotation', () => {
  test('of the serving certificate: the same authority, no failed call, the same in both replicas', async () => {
    // 90 days are left in 30 seconds.
    const texts = await madeBefore(now(), { days: 275 - (30 * SECOND) / DAY })
    const both = await running(texts)
    expect(both.map(({ served }) => served()?.cert)).toEqual([texts['tls.crt'], texts['tls.crt']])
    const clients = calling(both)
    await clients.callFor(MINUTE, SECOND)
    const { 'ca.crt': authority, 'tls.crt': renewed } = replicas.secret() ?? {}
    expect(renewed).not.toBe(texts['tls.crt'])
    expect(both.map(({ served }) => served()?.cert)).toEqual([renewed, renewed])
    expect(authority).toBe(texts['ca.crt'])
    expect(clients.failures).toEqual([])
  })

  test('of the authority: first known, then signing, then the one before is let go; no call fails', async () => {
    const texts = await madeBefore(now(), { authorityLeft: 364 })
    const both = await running(texts)
    const clients = calling(both)
    await clients.callFor(45 * SECOND, SECOND)
    // Known to all who ask; nothing signed by it is served yet.
    expect(blocks(replicas.bundles()[0] ?? '')).toHaveLength(2)
    expect(both.map(({ served }) => served()?.cert)).toEqual([texts['tls.crt'], texts['tls.crt']])
    await clients.callFor(60 * SECOND, SECOND)
    const [served] = both.map(({ served }) => served()?.cert ?? '')
    expect(both.map(({ served }) => served()?.cert)).toEqual([served, served])
    const [newest = '', before] = blocks(replicas.secret()?.['ca.crt'] ?? '')
    expect(before).toBe(texts['ca.crt'])
    expect(believes(newest, { cert: served ?? '' }, now())).toBe(true)
    // Seven hundred looks at what is as it was: some of them, and the last.
    if (!IS_DEEP) {
      await clients.callFor(2 * MINUTE, 30 * SECOND)
      expect(clients.steps).toEqual([2])
      replicas.clock.leap(OVERLAP - 4 * MINUTE)
    }
    await clients.callFor(IS_DEEP ? OVERLAP : 2 * MINUTE, 30 * SECOND)
    expect(replicas.bundles()).toEqual([newest, newest])
    expect(clients.steps).toEqual([2, 1])
    expect(clients.failures).toEqual([])
    expect(replicas.said('certificate secret written').map(({ what }) => what)).toEqual([
      'a new CA',
      'a new serving certificate',
      'without the previous CA',
    ])
  })

  test('that a person asks for, by taking the authority’s key out of the Secret, is the same', async () => {
    const { 'ca.key': key = '', ...rest } = await madeBefore(now())
    const both = await running({ ...rest, 'ca.key': key })
    replicas.putSecret(rest)
    const clients = calling(both)
    await clients.callFor(2 * MINUTE, SECOND)
    expect(clients.failures).toEqual([])
    const [newest = '', before] = blocks(replicas.bundles()[0] ?? '')
    expect(before).toBe(rest['ca.crt'])
    for (const { served } of both) expect(believes(newest, served() ?? { cert: '' }, now())).toBe(true)
  })

  test('whose authority does not become known stops before it is used', async () => {
    const texts = await madeBefore(now(), { authorityLeft: 364 })
    replicas.putConfigurations()
    replicas.putSecret(texts)
    const leader = replicas.replica({ leads: true })
    replicas.server.refused.set(`PATCH ${CONFIGURATION_PATH}`, 403)
    await replicas.clock.pass(5 * MINUTE)
    expect(leader.served()?.cert).toBe(texts['tls.crt'])
    replicas.server.refused.clear()
    await replicas.clock.pass(3 * MINUTE)
    expect(leader.served()?.cert).not.toBe(texts['tls.crt'])
  })
})

describe('the Secret', () => {
  test('that is deleted is written back as it was', async () => {
    const texts = await madeBefore(now())
    const both = await running(texts)
    const clients = calling(both)
    replicas.server.removeSilently(SECRETS, SECRET, NAMESPACE)
    await clients.callFor(MINUTE, SECOND)
    expect(replicas.secret()).toEqual(texts)
    expect(clients.failures).toEqual([])
    expect(replicas.writesTo(CONFIGURATION_PATH)).toBe(1)
  })

  test('that is replaced by another installation’s: what is served stays trusted until the other is', async () => {
    const both = await running(await madeBefore(now()))
    const clients = calling(both)
    const other = await madeBefore(now())
    replicas.putSecret(other)
    await clients.callFor(2 * MINUTE, SECOND)
    expect(both.map(({ served }) => served()?.cert)).toEqual([other['tls.crt'], other['tls.crt']])
    expect(clients.steps).toEqual([1, 2])
    expect(clients.failures).toEqual([])
    expect(blocks(replicas.bundles()[0] ?? '')[0]).toBe(other['ca.crt'])
  })

  const damages: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['words for the authority', { 'ca.crt': 'hello' }, 'ca.crt'],
    ['no authority', { 'ca.crt': '' }, 'ca.crt'],
    ['words for its key', { 'ca.key': 'hello' }, 'ca.key'],
    ['words for the certificate', { 'tls.crt': 'hello' }, 'tls.crt'],
    ['nothing but words', { 'ca.crt': 'a', 'ca.key': 'b', 'tls.crt': 'c', 'tls.key': 'd' }, 'ca.crt'],
    ['no key', { 'tls.key': '' }, 'tls.crt'],
  ]
  test.for([...sampleOf(damages, 2)])(
    'with %s is told and put in order, and no call fails',
    async ([, damage, named]) => {
      const texts = await madeBefore(now())
      const both = await running(texts)
      const clients = calling(both)
      replicas.putSecret({ ...texts, ...damage })
      await clients.callFor(5 * MINUTE, SECOND)
      expect(clients.failures).toEqual([])
      const [said] = replicas.said('certificate secret is damaged')
      expect(said?.['problems']).toContainEqual(expect.stringContaining(`${named}: `))
      const kept = replicas.secret() ?? {}
      expect(both.map(({ served }) => served()?.cert)).toEqual([kept['tls.crt'], kept['tls.crt']])
      expect(believes(kept['ca.crt'] ?? '', { cert: kept['tls.crt'] ?? '' }, now())).toBe(true)
      expect(JSON.stringify(replicas.lines)).not.toContain('PRIVATE')
    },
  )

  test('with nothing but words, before anybody knows better, is replaced', async () => {
    replicas.putConfigurations()
    replicas.putSecret({ 'ca.crt': 'a', 'ca.key': 'b', 'tls.crt': 'c', 'tls.key': 'd', other: 'stays' })
    const leader = replicas.replica({ leads: true })
    await replicas.clock.pass(2 * SECOND)
    expect(leader.made.keeper.isTrusted()).toBe(true)
    expect(replicas.secret()?.['other']).toBe('stays')
  })

  test('that may not be written is served all the same', async () => {
    replicas.server.refused.set(`PATCH ${SECRET_PATH}`, 403)
    const texts = await madeBefore(now(), { days: 300 })
    const [one] = await running(texts)
    expect(one.served()?.cert).toBe(texts['tls.crt'])
  })
})

describe('a clock that jumps', () => {
  const YEAR = 365 * DAY
  const jumps: readonly (readonly [string, () => number])[] = [
    ['ahead by 100 days', () => 100 * DAY],
    ['ahead by a year', () => YEAR],
    ['ahead by ten years', () => 10 * YEAR],
    ['ahead by thirty years', () => 30 * YEAR],
    ['back by a day', () => -DAY],
    ['back by a year', () => -YEAR],
    ['back to 1970', () => -now()],
  ]
  test.for([...sampleOf(jumps, 3)])(
    '%s, in one of two replicas: good by either clock soon, without end of writing, no call fails',
    async ([, by]) => {
      const both = await running(await madeBefore(now(), { days: 10 }))
      const clients = calling(both)
      both[1].jump(by())
      await clients.callFor(3 * MINUTE, SECOND)
      const kept = replicas.secret() ?? {}
      for (const clock of [now(), now() + by()]) {
        expect(believes(kept['ca.crt'] ?? '', { cert: kept['tls.crt'] ?? '' }, clock)).toBe(true)
      }
      both[1].jump(0)
      await clients.callFor(3 * MINUTE, SECOND)
      // An authority, and a certificate by the clock of each replica.
      expect(replicas.said('certificate secret written').length).toBeLessThanOrEqual(3)
      expect(clients.failures).toEqual([])
    },
  )

  test('and was wrong from the start: ahead by a year, then right', async () => {
    replicas.putConfigurations()
    const one = replicas.replica({ leads: true })
    one.jump(YEAR)
    await replicas.clock.pass(5 * MINUTE)
    one.jump(0)
    await replicas.clock.pass(2 * MINUTE)
    expect(believes(replicas.bundles()[0] ?? '', one.served() ?? { cert: '' }, now())).toBe(true)
  })
})

test('an API server that is away: what is served goes on, and is looked after again when it is back', async () => {
  // 90 days are left in half a day.
  const texts = await madeBefore(now(), { days: 274.5 })
  const [one] = await running(texts)
  replicas.server.refused.set(SECRET_PATH, 503)
  await replicas.clock.pass(10 * MINUTE)
  expect(one.served()?.cert).toBe(texts['tls.crt'])
  expect(one.made.keeper.isTrusted()).toBe(true)
  replicas.server.refused.clear()
  one.jump(DAY)
  await replicas.clock.pass(MINUTE)
  expect(one.served()?.cert).not.toBe(texts['tls.crt'])
})
