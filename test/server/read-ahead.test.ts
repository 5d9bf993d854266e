import { afterEach, expect, test } from 'vitest'
import type { AdmissionRequest } from '../../src/admission/review.ts'
import { deployment, requestFor } from '../admission/world.ts'
import { type Running, type RunningOptions, reviewWith, startApp } from './app.ts'

const running: Running[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
})

async function serve(options: RunningOptions): Promise<Running> {
  const server = await startApp(options)
  running.push(server)
  return server
}

const review = (uid: string) => reviewWith({ ...requestFor(deployment()), uid })
const PATCHED = { response: { allowed: true, patchType: 'JSONPatch' } }

test('whoever has something to be read waits for it; nobody else does', async () => {
  const read = Promise.withResolvers<void>()
  const readAhead = ({ uid }: AdmissionRequest) => (uid === 'heavy' ? read.promise : undefined)
  const { post } = await serve({ readAhead })
  const answered: string[] = []
  const asked = ['heavy', 'light'].map(async (uid) => {
    const { json } = await post(review(uid))
    answered.push(uid)
    expect(json).toMatchObject(PATCHED)
  })
  await asked[1]
  expect(answered).toEqual(['light'])
  read.resolve()
  await Promise.all(asked)
})

test.for<[string, NonNullable<RunningOptions['readAhead']>]>([
  ['fails', () => Promise.reject(new Error('a bug'))],
  [
    'throws',
    () => {
      throw new Error('a bug')
    },
  ],
])('a request is answered where what is read for it %s', async ([, readAhead]) => {
  const { post } = await serve({ readAhead })
  expect((await post(review('1'))).json).toMatchObject(PATCHED)
})

test('a request whose time is over once everything is read is allowed and not decided', async () => {
  const late = () => new Promise((resolve) => setTimeout(resolve, 60))
  const { post } = await serve({ readAhead: late })
  const { json } = await post(review('1'), { path: '/mutate?timeout=50ms' })
  expect(json).toMatchObject({ response: { allowed: true } })
  expect(json).not.toHaveProperty('response.patch')
})

test('a connection is told to end where we leave while something is read', async () => {
  let draining = false
  const read = Promise.withResolvers<void>()
  const began = Promise.withResolvers<void>()
  const readAhead = () => {
    began.resolve()
    return read.promise
  }
  const { post } = await serve({ readAhead, isDraining: () => draining })
  const reply = post(review('1'))
  await began.promise
  draining = true
  read.resolve()
  expect((await reply).headers).toMatchObject({ connection: 'close' })
})
