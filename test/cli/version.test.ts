import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { revisionOf } from '../../scripts/bundle/revision.ts'
import { folderOf, inProcess, slackwater } from './run.ts'

/** Of this machine, in the words of images: what Node.js calls x64 is amd64. */
const PLATFORM = `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`

describe('slackwater version', () => {
  test('text, in the words of kubectl', async () => {
    const { code, out } = await inProcess(['version'])
    expect(code).toBe(0)
    expect(out).toBe(
      `Client Version: v${packageJson.version}\nNode.js Version: ${process.version}\nPlatform: ${PLATFORM}\n`,
    )
  })

  test.for<readonly [string, (text: string) => unknown]>([
    ['json', (text) => JSON.parse(text)],
    ['yaml', (text) => parse(text)],
  ])('-o %s: run from the sources, no commit is known', async ([format, read]) => {
    expect(read((await inProcess(['version', '-o', format])).out)).toEqual({
      formatVersion: 1,
      clientVersion: {
        version: packageJson.version,
        nodeVersion: process.version,
        platform: PLATFORM,
      },
    })
  })

  test('the built program prints the same, with the commit if the build knew one', () => {
    const { clientVersion } = JSON.parse(slackwater(['version', '-o', 'json']).out)
    expect(clientVersion).toMatchObject({ version: packageJson.version, platform: PLATFORM })
    expect(clientVersion.gitCommit ?? 'f'.repeat(40)).toMatch(/^[0-9a-f]{40}$/)
    expect(slackwater(['--version']).out).toBe(`${packageJson.version}\n`)
  })

  test('another format is refused', async () => {
    const { code, err } = await inProcess(['version', '-o', 'xml'])
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are text, json, yaml.')
  })
})

describe('the commit that a build knows', () => {
  const git = (folder: string, ...args: readonly string[]): string => {
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
    const { stdout, status, stderr } = spawnSync('git', [...author, ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    return stdout.trim()
  }
  const folder = folderOf({ 'a.ts': '1' })
  git(folder, 'init', '-q')
  git(folder, 'add', '.')
  git(folder, 'commit', '-q', '-m', 'one')
  const head = git(folder, 'rev-parse', 'HEAD')

  test('that of the repository; a file that is in none does not count', () => {
    expect(head).toMatch(/^[0-9a-f]{40}$/)
    writeFileSync(path.join(folder, 'dist.js'), '')
    expect(revisionOf(folder, {})).toBe(head)
  })

  test('what is stated, if it is one', () => {
    expect(revisionOf(folder, { SLACKWATER_REVISION: 'abcdef0' })).toBe('abcdef0')
    expect(revisionOf(folder, { SLACKWATER_REVISION: 'unknown' })).toBe(head)
  })

  test('none: in a folder of another repository, without one, or with a change', () => {
    mkdirSync(path.join(folder, 'vendor'))
    expect(revisionOf(path.join(folder, 'vendor'), {})).toBeUndefined()
    expect(revisionOf(folderOf({}), {})).toBeUndefined()
    writeFileSync(path.join(folder, 'a.ts'), '2')
    expect(revisionOf(folder, {})).toBeUndefined()
  })
})
