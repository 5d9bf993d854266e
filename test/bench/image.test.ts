import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { imageOf } from '../../bench/http-servers.ts'
import { NODE_FLAGS } from '../e2e/cluster/slackwater-image.ts'

test('the measured program has the options of the image', () => {
  expect(NODE_FLAGS.length).toBeGreaterThan(0)
  expect(imageOf('.').flags).toEqual(NODE_FLAGS)
  expect(imageOf('.').env).toMatchObject({ NODE_ENV: 'production' })
})

test('what names files of the image is left out, since they are not here', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-test-'))
  const lines = [
    'ENV NODE_ENV=production PATH=/app:/usr/bin MALLOC_ARENA_MAX=1',
    'ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=16", "--snapshot-blob=/app/blob", "/app/dist/main.js"]',
  ]
  writeFileSync(path.join(folder, 'Dockerfile'), lines.join('\n'))
  expect(imageOf(folder)).toEqual({
    flags: ['--max-semi-space-size=16'],
    env: { NODE_ENV: 'production', MALLOC_ARENA_MAX: '1' },
  })
  rmSync(folder, { recursive: true })
})
