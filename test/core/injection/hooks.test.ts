import { describe, expect, test } from 'vitest'
import { execSleep, isSleepOf, knownLength, longestKnownHook } from '../../../src/core/injection/hooks.ts'
import { container, exec, nativeSleep, podTemplate, QUIT, s } from '../decision/subjects.ts'

describe('the known length of an exec hook is that of the sleep with which its command begins', () => {
  test.for<[readonly string[], number]>([
    [['sleep', '15'], 15],
    [['/bin/sleep', '15'], 15],
    [['/usr/bin/sleep', '15'], 15],
    [['sleep', '1m'], 60],
    [['sh', '-c', 'sleep 15'], 15],
    [['bash', '-c', 'sleep 15'], 15],
    [['/bin/sh', '-c', 'sleep 15'], 15],
    [['/usr/bin/bash', '-c', 'sleep 15'], 15],
    [['ash', '-ec', 'sleep 15'], 15],
    [['sh', '-c', '/bin/sleep 15 && nginx -s quit'], 15],
    [['sh', '-c', 'sleep 1m; nginx -s quit'], 60],
    [['sh', '-c', '  exec sleep 15s '], 15],
    [['sh', '-c', 'sleep 15\nnginx -s quit'], 15],
    [['sh', '-c', 'sleep 15 || true'], 15],
    // Only the first counts: what comes between the two may end the application.
    [['sh', '-c', 'sleep 15; nginx -s quit; sleep 30'], 15],
    // Whole seconds, rounded down: a promise must hold.
    [['sleep', '1.9'], 1],
    [['sleep', '0.5h'], 1800],
    [['sleep', '1d'], 86_400],
    [['sleep', '0'], 0],
  ])('%j: %i', ([command, length]) => {
    expect(knownLength(exec(...command))).toBe(length)
  })
})

describe('where the sleep protects nothing, or nobody can tell, the length is unknown', () => {
  test.for<readonly string[]>([
    // SIGTERM comes first: the sleep after it keeps nobody serving.
    ['sh', '-c', 'kill -TERM 1; sleep 25'],
    ['sh', '-c', 'nginx -s quit && sleep 15'],
    // In the background the hook ends at once.
    ['sh', '-c', 'sleep 15 & nginx -s quit'],
    ['sh', '-c', 'sleep 15&'],
    ['sh', '-c', 'sleep $DELAY'],
    ['sh', '-c', 'sleep infinity'],
    ['sh', '-c', 'sleep 15 30'],
    ['sh', '-c', 'sleepy 15'],
    ['sh', '-c', 'sleep 15x'],
    ['sh', '-c', 'echo sleep 15'],
    ['sh', '-c'],
    ['sh', 'sleep 15'],
    ['sh', '-x', 'sleep 15'],
    ['python', '-c', 'sleep 15'],
    // One word is the name of a program, not a command line.
    ['sleep 15'],
    ['/bin/sleep 15'],
    ['sleep'],
    ['sleep', '15', '30'],
    ['sleep', '-1'],
    // More than a number carries exactly: a grace period made of it could not be decoded.
    ['sleep', '99999999999999999999'],
    ['/quit'],
    [],
  ])('%j', (command) => {
    expect(knownLength(exec(...command))).toBeUndefined()
  })
})

test('a native sleep is known, other handlers are not, and neither are two at once', () => {
  expect(knownLength(nativeSleep(20))).toBe(20)
  expect(knownLength({ handlers: ['httpGet'] })).toBeUndefined()
  expect(knownLength({ handlers: [] })).toBeUndefined()
  expect(knownLength({ handlers: ['exec', 'sleep'], sleep: s(20), exec: ['/quit'] })).toBeUndefined()
})

test('the longest known hook counts native sidecars, and unknown ones as nothing', () => {
  const template = podTemplate({
    containers: [container('app', { preStop: nativeSleep(10) }), container('log', { preStop: QUIT })],
    nativeSidecars: [container('envoy', { preStop: exec('sleep', '20') })],
  })
  expect(longestKnownHook(template)).toBe(20)
  expect(longestKnownHook(podTemplate())).toBe(0)
})

test('our exec form is a shell that sleeps, and is told from any other', () => {
  expect(execSleep(s(45))).toEqual(['/bin/sh', '-c', 'sleep 45'])
  expect(isSleepOf(exec('/bin/sh', '-c', 'sleep 45'), s(45), 'exec')).toBe(true)
  expect(isSleepOf(exec('/bin/sh', '-c', 'sleep 44'), s(45), 'exec')).toBe(false)
  expect(isSleepOf(exec('/bin/sh', '-c', 'sleep 45', 'x'), s(45), 'exec')).toBe(false)
  expect(isSleepOf(nativeSleep(45), s(45), 'exec')).toBe(false)
  expect(isSleepOf(nativeSleep(45), s(45), 'sleep')).toBe(true)
  expect(isSleepOf(nativeSleep(44), s(45), 'sleep')).toBe(false)
})
