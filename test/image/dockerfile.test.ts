import { readFileSync } from 'node:fs'
import { validate } from 'dockerfile-utils'
import { expect, test } from 'vitest'
import { CONFIG } from '../e2e/cluster/slackwater-image.ts'

const text = readFileSync('Dockerfile', 'utf8')

/** What follows a keyword at the beginning of a line. */
const after = (keyword: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${keyword} `))
    .map((line) => line.slice(keyword.length + 1))

test('the Dockerfile has no fault that a linter knows', () => {
  expect(validate(text)).toEqual([])
})

test('every base is pinned by its digest', () => {
  expect(after('FROM')).toHaveLength(2)
  for (const base of after('FROM')) expect(base).toMatch(/@sha256:[0-9a-f]{64}( AS \w+)?$/)
})

test('no package runs a script while the image is built', () => {
  expect(after('RUN').filter((line) => line.startsWith('npm '))).toEqual([
    'npm ci --ignore-scripts --no-audit --no-fund',
  ])
})

test('the image of the tests runs as this one does', () => {
  expect(JSON.parse(after('ENTRYPOINT').join())).toEqual(CONFIG.Entrypoint)
  expect(JSON.parse(after('CMD').join())).toEqual(CONFIG.Cmd)
  expect(after('USER')).toEqual([CONFIG.User])
  expect(after('WORKDIR').at(-1)).toBe(CONFIG.WorkingDir)
  expect(after('ENV').flatMap((line) => line.split(' '))).toEqual(CONFIG.Env)
})

test('both are filled by the same script', () => {
  expect(after('RUN')).toContain('SLACKWATER_REVISION="$REVISION" sh image/app.sh /image')
  expect(after('COPY')).toContain('--from=build /image/app /app')
})

test('what the build needs is not kept away from it', () => {
  const ignored = readFileSync('.dockerignore', 'utf8').trim().split('\n')
  for (const needed of [
    ...['src', 'image', 'package.json', 'package-lock.json', 'rolldown.config.ts', 'LICENSE'],
    // The notices of what is bundled are made by the build.
    'scripts',
    // The pages that `slackwater explain` prints.
    'docs',
  ])
    expect(ignored).not.toContain(needed)
  expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules']))
})
