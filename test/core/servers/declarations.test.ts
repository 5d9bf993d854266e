import { describe, expect, test } from 'vitest'
import type { ContainerProcess } from '../../../src/core/model/container-process.ts'
import { declarationsOf } from '../../../src/core/servers/declarations.ts'
import { line, started } from './processes.ts'

/** `shutdown 90 (--graceful-timeout 90)`. */
const told = (...processes: readonly ContainerProcess[]): readonly string[] =>
  declarationsOf(processes).map((one) => `${one.role} ${one.value} (${one.line})`)

type Case = readonly [words: string, variables: Record<string, string | null>, told: readonly string[]]

describe('gunicorn', () => {
  test.for<Case>([
    ['gunicorn --keep-alive 2 app:app', {}, ['keep-alive 2 (--keep-alive 2)']],
    ['gunicorn --keep-alive=2 app:app', {}, ['keep-alive 2 (--keep-alive=2)']],
    ['/venv/bin/gunicorn app:app --graceful-timeout 90', {}, ['shutdown 90 (--graceful-timeout 90)']],
    ['python -m gunicorn app:app --graceful-timeout=90', {}, ['shutdown 90 (--graceful-timeout=90)']],
    ['tini -- gunicorn --graceful-timeout 90 app', {}, ['shutdown 90 (--graceful-timeout 90)']],
    ['poetry run gunicorn --graceful-timeout 90 app', {}, ['shutdown 90 (--graceful-timeout 90)']],
    // The last one counts.
    ['gunicorn --keep-alive 2 --keep-alive 75 app', {}, ['keep-alive 75 (--keep-alive 75)']],
    // -k is the class of its workers.
    ['gunicorn -k 2 app', {}, []],
    ['gunicorn -k gthread --keep-alive 2 app', {}, ['keep-alive 2 (--keep-alive 2)']],
    ['gunicorn -k uvicorn.workers.UvicornWorker --keep-alive 5 app', {}, ['keep-alive 5 (--keep-alive 5)']],
    // The sync worker keeps no connection open, whatever is set.
    ['gunicorn -k sync --keep-alive 2 app', {}, []],
    ['gunicorn --worker-class=sync --keep-alive 2 app', {}, []],
    ['gunicorn -k sync --threads 4 --keep-alive 2 app', {}, ['keep-alive 2 (--keep-alive 2)']],
    // 0 keeps none open either.
    ['gunicorn --keep-alive 0 app', {}, []],
    ['gunicorn --timeout 300 app', {}, ['request 300 (--timeout 300)']],
    ['gunicorn -t 300 app', {}, ['request 300 (-t 300)']],
    ['gunicorn -t300 app', {}, ['request 300 (-t300)']],
    // 30 is what it does anyway.
    ['gunicorn --timeout 30 app', {}, []],
    ['gunicorn --timeout 0 app', {}, []],
    // Of other workers it limits no request.
    ['gunicorn --timeout 300 --worker-class gevent app', {}, []],
    ['gunicorn --timeout 300 --threads 8 app', {}, []],
    // Elsewhere.
    ['gunicorn --config gunicorn.conf.py app', {}, []],
    ['gunicorn app -- --keep-alive 2', {}, []],
    ['myserver --keep-alive 2', {}, []],
    ['echo gunicorn --keep-alive 2', {}, []],
    ['gunicorn --keep-alive', {}, []],
    ['gunicorn --keep-alive two app', {}, []],
    ['gunicorn --keep-alive 99999999999999999999 app', {}, []],
    ['gunicorn --keep-alive -1 app', {}, []],
    ['gunicorn --keep-alive-not 2 app', {}, []],
  ])('%s', ([words, variables, expected]) => expect(told(started(line(words), variables))).toEqual(expected))

  test.for<Case>([
    [
      'gunicorn app',
      { GUNICORN_CMD_ARGS: '--keep-alive 2' },
      ['keep-alive 2 (--keep-alive 2 in GUNICORN_CMD_ARGS)'],
    ],
    [
      'gunicorn app',
      { GUNICORN_CMD_ARGS: "--bind '0.0.0.0:80' --graceful-timeout=90" },
      ['shutdown 90 (--graceful-timeout=90 in GUNICORN_CMD_ARGS)'],
    ],
    // The command line overrides it.
    [
      'gunicorn --keep-alive 75 app',
      { GUNICORN_CMD_ARGS: '--keep-alive 2' },
      ['keep-alive 75 (--keep-alive 75)'],
    ],
    ['gunicorn --keep-alive 2 app', { GUNICORN_CMD_ARGS: '-k sync' }, []],
    ['gunicorn app', { GUNICORN_CMD_ARGS: null }, []],
    // Kubernetes puts in what a variable says.
    ['gunicorn --keep-alive $(KEEP) app', { KEEP: '5' }, ['keep-alive 5 (--keep-alive $(KEEP))']],
    ['gunicorn --keep-alive=$(KEEP) app', { KEEP: null }, []],
    ['gunicorn --keep-alive=$(KEEP) app', {}, []],
  ])('%s with %j', ([words, variables, expected]) =>
    expect(told(started(line(words), variables))).toEqual(expected),
  )

  test.for<[readonly string[], readonly string[]]>([
    [['sh', '-c', 'gunicorn --keep-alive 2 app'], ['keep-alive 2 (--keep-alive 2)']],
    [
      ['/bin/bash', '-ec', 'python manage.py migrate && exec gunicorn app --graceful-timeout "90"'],
      ['shutdown 90 (--graceful-timeout 90)'],
    ],
    [['sh', '-c', 'gunicorn \\\n  --keep-alive 2 \\\n  app'], ['keep-alive 2 (--keep-alive 2)']],
    [['sh', '-c', 'gunicorn app # --keep-alive 2'], []],
    [['sh', '-c', 'gunicorn app; other --keep-alive 2'], []],
    [['sh', '-c', 'gunicorn --keep-alive $KEEP app'], ['keep-alive 5 (--keep-alive $KEEP)']],
    [['sh', '-c', 'gunicorn --keep-alive $OTHER app'], []],
    [['sh', '/start.sh', '--keep-alive', '2'], []],
  ])('in a shell: %j', ([words, expected]) => expect(told(started(words, { KEEP: '5' }))).toEqual(expected))
})

describe('the image starts the server', () => {
  test.for<Case>([
    [
      'app:app --keep-alive 2 --graceful-timeout 90',
      {},
      ['keep-alive 2 (--keep-alive 2)', 'shutdown 90 (--graceful-timeout 90)'],
    ],
    ['-k gthread app:app --worker-class=gthread --keep-alive 2', {}, ['keep-alive 2 (--keep-alive 2)']],
    ['app:app --timeout-keep-alive=5', {}, ['keep-alive 5 (--timeout-keep-alive=5)']],
    ['', { GUNICORN_CMD_ARGS: '--keep-alive 2' }, ['keep-alive 2 (--keep-alive 2 in GUNICORN_CMD_ARGS)']],
    // Of whom, nobody knows.
    ['--keep-alive 2', {}, []],
    ['--timeout 300', {}, []],
    ['app:app -- --timeout-keep-alive=5', {}, []],
  ])('%s with %j', ([words, variables, expected]) =>
    expect(told(started(line(words), variables, { hasCommand: false }))).toEqual(expected),
  )

  test('a script starts it', () => {
    const variables = { GUNICORN_CMD_ARGS: '--keep-alive 2' }
    expect(told(started(line('/start.sh --graceful-timeout 90'), variables))).toEqual([
      'keep-alive 2 (--keep-alive 2 in GUNICORN_CMD_ARGS)',
    ])
  })

  test('another program with the same option is another', () => {
    expect(told(started(line('/server --graceful-timeout 90000')))).toEqual([])
  })
})

describe('other servers by their options and variables', () => {
  test.for<Case>([
    ['uvicorn app:app --timeout-keep-alive 5', {}, ['keep-alive 5 (--timeout-keep-alive 5)']],
    ['uvicorn app:app', { UVICORN_TIMEOUT_KEEP_ALIVE: '5' }, ['keep-alive 5 (UVICORN_TIMEOUT_KEEP_ALIVE=5)']],
    // The command line overrides it.
    [
      'uvicorn app:app --timeout-keep-alive 75',
      { UVICORN_TIMEOUT_KEEP_ALIVE: '5' },
      ['keep-alive 75 (--timeout-keep-alive 75)'],
    ],
    [
      'python -m uvicorn app:app --timeout-graceful-shutdown 60',
      {},
      ['shutdown 60 (--timeout-graceful-shutdown 60)'],
    ],
    ['', { UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: '60' }, ['shutdown 60 (UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN=60)']],
    ['puma', { PUMA_PERSISTENT_TIMEOUT: '20' }, ['keep-alive 20 (PUMA_PERSISTENT_TIMEOUT=20)']],
    ['puma', { PUMA_PERSISTENT_TIMEOUT: null }, []],
    ['next start --keepAliveTimeout 5000', {}, ['keep-alive 5 (--keepAliveTimeout 5000)']],
    // An application's own variable: in which unit, and whether it is read, nobody knows.
    ['node server.js', { KEEP_ALIVE_TIMEOUT: '5000', KEEPALIVE: '5' }, []],
    ['node --keepAliveTimeout 5000 server.js', {}, []],
    [
      '',
      { KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT: '20s' },
      ['keep-alive 20 (KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT=20s)'],
    ],
    // The server's own block counts before the one around it.
    [
      '',
      { KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT: '20s', KONG_NGINX_PROXY_KEEPALIVE_TIMEOUT: '75s' },
      ['keep-alive 75 (KONG_NGINX_PROXY_KEEPALIVE_TIMEOUT=75s)'],
    ],
    [
      '',
      { KONG_NGINX_MAIN_WORKER_SHUTDOWN_TIMEOUT: '2m' },
      ['shutdown 120 (KONG_NGINX_MAIN_WORKER_SHUTDOWN_TIMEOUT=2m)'],
    ],
    [
      '/nginx-ingress-controller --shutdown-grace-period=240',
      {},
      ['shutdown 240 (--shutdown-grace-period=240)'],
    ],
    // That is of a hot restart; at SIGTERM it closes its listeners.
    ['envoy -c /etc/envoy.yaml --drain-time-s 60', {}, []],
    ['php-fpm -d max_execution_time=300', {}, []],
    ['catalina.sh run', { CATALINA_OPTS: '-Xmx1g' }, []],
  ])('%s with %j', ([words, variables, expected]) =>
    expect(told(started(line(words), variables))).toEqual(expected),
  )

  test.for<[string, readonly string[]]>([
    ['daemon off; worker_shutdown_timeout 90s;', ['shutdown 90 (worker_shutdown_timeout 90s)']],
    ['worker_shutdown_timeout 1m30s; daemon off;', ['shutdown 90 (worker_shutdown_timeout 1m30s)']],
    ['daemon off;', []],
    ['worker_shutdown_timeout;', []],
  ])('nginx -g %j', ([text, expected]) => expect(told(started(['nginx', '-g', text]))).toEqual(expected))
})

describe('Spring Boot, wherever it reads its properties from', () => {
  const PHASE = 'spring.lifecycle.timeout-per-shutdown-phase'
  test.for<Case>([
    [`java -jar app.jar --${PHASE}=60s`, {}, [`shutdown 60 (--${PHASE}=60s)`]],
    // Its image starts Java.
    [`--${PHASE}=PT1M`, {}, [`shutdown 60 (--${PHASE}=PT1M)`]],
    [`java -D${PHASE}=60s -jar app.jar`, {}, [`shutdown 60 (-D${PHASE}=60s)`]],
    [
      '',
      { JAVA_TOOL_OPTIONS: `-Xmx1g -D${PHASE}=60s` },
      [`shutdown 60 (-D${PHASE}=60s in JAVA_TOOL_OPTIONS)`],
    ],
    ['', { JDK_JAVA_OPTIONS: `"-D${PHASE}=60s"` }, [`shutdown 60 (-D${PHASE}=60s in JDK_JAVA_OPTIONS)`]],
    ['', { JAVA_OPTS: `-D${PHASE}=60s` }, [`shutdown 60 (-D${PHASE}=60s in JAVA_OPTS)`]],
    [
      '',
      { SPRING_APPLICATION_JSON: '{"spring":{"lifecycle":{"timeout-per-shutdown-phase":"60s"}}}' },
      [`shutdown 60 (${PHASE}=60s in SPRING_APPLICATION_JSON)`],
    ],
    [
      '',
      { SPRING_APPLICATION_JSON: `{"${PHASE}":60000}` },
      [`shutdown 60 (${PHASE}=60000 in SPRING_APPLICATION_JSON)`],
    ],
    [
      '',
      { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '60s' },
      ['shutdown 60 (SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE=60s)'],
    ],
    [
      '',
      { SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE: '60s' },
      ['shutdown 60 (SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE=60s)'],
    ],
    // Arguments before JSON before system properties before the environment.
    [
      `java -D${PHASE}=20s -jar app.jar --${PHASE}=40s`,
      { [PHASE]: '10s', SPRING_APPLICATION_JSON: `{"${PHASE}":"30s"}` },
      [`shutdown 40 (--${PHASE}=40s)`],
    ],
    [
      `java -D${PHASE}=20s -jar app.jar`,
      { [PHASE]: '10s', SPRING_APPLICATION_JSON: `{"${PHASE}":"30s"}` },
      [`shutdown 30 (${PHASE}=30s in SPRING_APPLICATION_JSON)`],
    ],
    [`java -D${PHASE}=20s -jar app.jar`, { [PHASE]: '10s' }, [`shutdown 20 (-D${PHASE}=20s)`]],
    // What overrides it cannot be told.
    [`java -jar app.jar --${PHASE}=$(WAIT)`, { [PHASE]: '10s' }, []],
    ['', { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: null }, []],
    ['', { SPRING_APPLICATION_JSON: '{"spring":' }, []],
    ['', { SPRING_APPLICATION_JSON: '[60]' }, []],
    [`java -jar app.jar -- --${PHASE}=60s`, {}, []],
    [`tini -- java -jar app.jar --${PHASE}=60s`, {}, [`shutdown 60 (--${PHASE}=60s)`]],
    [
      '',
      { SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT: '20s' },
      ['keep-alive 20 (SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT=20s)'],
    ],
    // No limit.
    ['', { SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT: '-1' }, []],
    ['', { SPRING_MVC_ASYNC_REQUEST_TIMEOUT: '2m' }, ['request 120 (SPRING_MVC_ASYNC_REQUEST_TIMEOUT=2m)']],
    ['', { SERVER_SHUTDOWN: 'graceful' }, []],
  ])('%s with %j', ([words, variables, expected]) =>
    expect(told(started(line(words), variables))).toEqual(expected),
  )
})

describe('Kestrel', () => {
  test.for<Case>([
    [
      '',
      { HostOptions__ShutdownTimeout: '00:01:30' },
      ['shutdown 90 (HostOptions__ShutdownTimeout=00:01:30)'],
    ],
    ['', { HOSTOPTIONS__SHUTDOWNTIMEOUT: '0:01:00' }, ['shutdown 60 (HOSTOPTIONS__SHUTDOWNTIMEOUT=0:01:00)']],
    ['', { DOTNET_SHUTDOWNTIMEOUTSECONDS: '60' }, ['shutdown 60 (DOTNET_SHUTDOWNTIMEOUTSECONDS=60)']],
    ['', { ASPNETCORE_SHUTDOWNTIMEOUTSECONDS: '60' }, ['shutdown 60 (ASPNETCORE_SHUTDOWNTIMEOUTSECONDS=60)']],
    [
      '',
      { Kestrel__Limits__KeepAliveTimeout: '00:00:20' },
      ['keep-alive 20 (Kestrel__Limits__KeepAliveTimeout=00:00:20)'],
    ],
    [
      'dotnet app.dll --HostOptions:ShutdownTimeout=00:01:00',
      {},
      ['shutdown 60 (--HostOptions:ShutdownTimeout=00:01:00)'],
    ],
    // 30 days.
    ['', { HostOptions__ShutdownTimeout: '30' }, []],
  ])('%s with %j', ([words, variables, expected]) =>
    expect(told(started(line(words), variables))).toEqual(expected),
  )
})

describe('the one container that a load balancer can mean', () => {
  const gunicorn = (wanted: Partial<ContainerProcess> = {}) =>
    started(line('gunicorn --keep-alive 2 app'), {}, wanted)
  const other = (wanted: Partial<ContainerProcess> = {}) =>
    started(['other'], {}, { container: 'other', ...wanted })
  const CLOSED = { hasPorts: false }
  const PROXY = { isSidecar: true }

  test.for<[string, readonly ContainerProcess[], readonly boolean[]]>([
    ['alone', [gunicorn()], [true]],
    ['alone, without ports', [gunicorn(CLOSED)], [true]],
    ['beside one without ports', [gunicorn(), other(CLOSED)], [true]],
    ['beside one with ports, which may be before it', [gunicorn(), other()], [false]],
    ['behind the only one with ports', [gunicorn(CLOSED), other()], [false]],
    ['none declares ports', [gunicorn(CLOSED), other(CLOSED)], [false]],
    ['a native sidecar with ports may be before it', [gunicorn(), other(PROXY)], [false]],
    ['a native sidecar without ports', [gunicorn(CLOSED), other({ ...PROXY, ...CLOSED })], [true]],
    ['a native sidecar is not asked', [gunicorn(PROXY), other()], []],
  ])('%s', ([, processes, expected]) =>
    expect(declarationsOf(processes).map(({ isFront }) => isFront)).toEqual(expected),
  )
})

test('nothing that somebody writes is too much or breaks it', () => {
  const million = 'x'.repeat(1_000_000)
  const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
  const variables = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`V${index}`, '1']))
  expect(
    told(
      started(['gunicorn', '--keep-alive', million, `--graceful-timeout=${million}`]),
      started(['sh', '-c', million]),
      started(['sh', '-c', 'gunicorn;'.repeat(10_000)], { GUNICORN_CMD_ARGS: '-w 4 '.repeat(20_000) }),
      started(['sh', '-c', `${"'".repeat(50_001)}${'"'.repeat(50_001)}`]),
      started(Array.from({ length: 200_000 }, () => '--a=b')),
      started([], { ...variables, [million]: '5', SPRING_APPLICATION_JSON: deep, JAVA_OPTS: million }),
    ),
  ).toEqual([])
})
