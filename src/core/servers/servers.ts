import { type Seconds, seconds } from '../model/seconds.ts'
import type { TimeFormat } from './durations.ts'

/**
 * What a setting is about.
 * - `keep-alive`: how long the server keeps an idle connection open;
 * - `shutdown`: how long it goes on with what is open after its stop signal;
 * - `request`: how long a request may take.
 */
export type Role = 'keep-alive' | 'shutdown' | 'request'

/** Where arguments or environment show a value. */
export interface ServerSetting {
  readonly role: Role
  readonly format: TimeFormat
  /** An option of the program: `--name value`, `--name=value`. */
  readonly option?: string
  /** The same as one letter: `-t value`, `-tvalue`. */
  readonly letter?: string
  /** A directive that the program takes as text, after `-g`. */
  readonly directive?: string
  /** Environment variables, the first that is there. */
  readonly variables?: readonly string[]
  /**
   * A key of the framework's configuration: `--key=value` and `-Dkey=value` whatever the program, a variable of that
   * name, and SPRING_APPLICATION_JSON. Spelled as the framework allows: only letters and digits count.
   */
  readonly property?: string
  /** Counts only above this: what the server does anyway. */
  readonly above?: Seconds
  /** Counts only with such workers; undefined where the arguments do not show which. */
  readonly workers?: (isSync: boolean | undefined) => boolean
  /** A preStop hook that spends this time before SIGTERM. */
  readonly spentBy?: string
}

/** A server, or a framework with one, as it comes: the texts are for `docs/application.md`. */
interface Server {
  readonly name: string
  /** Names of its executable. */
  readonly programs: readonly string[]
  /** Options that no other program has: they tell it where only its arguments are seen. */
  readonly knownBy?: readonly string[]
  /** A variable with further arguments, which those on the command line override. */
  readonly argumentsIn?: string
  readonly keepAlive: string
  readonly shutdown: string
  readonly signal: string
  readonly drain: string
  readonly source: string
  readonly settings: readonly ServerSetting[]
}

const GUNICORN: Server = {
  name: 'gunicorn',
  programs: ['gunicorn'],
  knownBy: ['--graceful-timeout', '--worker-class'],
  argumentsIn: 'GUNICORN_CMD_ARGS',
  keepAlive: '2 s; the `sync` worker keeps none open',
  shutdown: '30 s',
  signal: 'SIGTERM',
  drain: '`--graceful-timeout`',
  source: 'https://docs.gunicorn.org/en/stable/settings.html',
  settings: [
    // "sync worker does not support persistent connections and will ignore this option"
    { role: 'keep-alive', format: 'seconds', option: '--keep-alive', workers: (isSync) => isSync !== true },
    { role: 'shutdown', format: 'seconds', option: '--graceful-timeout' },
    // "For the non sync workers it […] is not tied to the length of time required to handle a single request."
    {
      role: 'request',
      format: 'seconds',
      option: '--timeout',
      letter: '-t',
      above: seconds(30),
      workers: (isSync) => isSync !== false,
    },
  ],
}

const UVICORN: Server = {
  name: 'uvicorn',
  programs: ['uvicorn'],
  knownBy: ['--timeout-keep-alive', '--timeout-graceful-shutdown'],
  keepAlive: '5 s',
  shutdown: 'no limit',
  signal: 'SIGTERM',
  drain: '`--timeout-graceful-shutdown`',
  source: 'https://www.uvicorn.org/settings/',
  settings: [
    {
      role: 'keep-alive',
      format: 'seconds',
      option: '--timeout-keep-alive',
      variables: ['UVICORN_TIMEOUT_KEEP_ALIVE'],
    },
    {
      role: 'shutdown',
      format: 'seconds',
      option: '--timeout-graceful-shutdown',
      variables: ['UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN'],
    },
  ],
}

const PUMA: Server = {
  name: 'puma',
  programs: ['puma'],
  keepAlive: '65 s, 20 s before 7.0',
  shutdown: 'no limit for threads; 30 s for workers',
  signal: 'SIGTERM',
  drain: '`force_shutdown_after`, `worker_shutdown_timeout` in its configuration',
  source: 'https://github.com/puma/puma/blob/main/lib/puma/configuration.rb',
  settings: [{ role: 'keep-alive', format: 'seconds', variables: ['PUMA_PERSISTENT_TIMEOUT'] }],
}

const NODE: Server = {
  name: 'Node.js HTTP',
  programs: ['node'],
  keepAlive: '5 s, 65 s since Node.js 26',
  shutdown: 'none: it exits at once unless the application handles the signal',
  signal: 'SIGTERM',
  drain: '`server.close()` in the application',
  source: 'https://nodejs.org/api/http.html#serverkeepalivetimeout',
  settings: [],
}

const NEXT: Server = {
  name: 'Next.js',
  programs: ['next'],
  keepAlive: 'as Node.js',
  shutdown: 'as Node.js',
  signal: 'SIGTERM',
  drain: 'its own handler',
  source: 'https://nextjs.org/docs/app/api-reference/cli/next',
  settings: [{ role: 'keep-alive', format: 'milliseconds', option: '--keepAliveTimeout' }],
}

const SPRING_BOOT: Server = {
  name: 'Spring Boot',
  programs: [],
  keepAlive: '60 s (its Tomcat)',
  shutdown: '30 s for each phase; before 3.4 only with `server.shutdown=graceful`',
  signal: 'SIGTERM',
  drain: '`spring.lifecycle.timeout-per-shutdown-phase`',
  source: 'https://docs.spring.io/spring-boot/reference/web/graceful-shutdown.html',
  settings: [
    { role: 'keep-alive', format: 'spring', property: 'server.tomcat.keep-alive-timeout' },
    { role: 'shutdown', format: 'spring', property: 'spring.lifecycle.timeout-per-shutdown-phase' },
    { role: 'request', format: 'spring', property: 'spring.mvc.async.request-timeout' },
  ],
}

const KESTREL: Server = {
  name: 'Kestrel (ASP.NET Core)',
  programs: ['dotnet'],
  keepAlive: '130 s',
  shutdown: '30 s, 5 s before .NET 6',
  signal: 'SIGTERM',
  drain: '`HostOptions.ShutdownTimeout`',
  source:
    'https://learn.microsoft.com/en-us/dotnet/api/microsoft.aspnetcore.server.kestrel.core.kestrelserverlimits.keepalivetimeout',
  settings: [
    { role: 'keep-alive', format: 'timespan', property: 'Kestrel:Limits:KeepAliveTimeout' },
    { role: 'shutdown', format: 'timespan', property: 'HostOptions:ShutdownTimeout' },
    {
      role: 'shutdown',
      format: 'seconds',
      variables: ['DOTNET_SHUTDOWNTIMEOUTSECONDS', 'ASPNETCORE_SHUTDOWNTIMEOUTSECONDS'],
    },
  ],
}

const TOMCAT: Server = {
  name: 'Tomcat',
  programs: [],
  keepAlive: '60 s; 20 s in the `server.xml` that comes with it',
  shutdown: 'not set by arguments',
  signal: 'SIGTERM',
  drain: '`keepAliveTimeout` of the connector in `server.xml`',
  source: 'https://tomcat.apache.org/tomcat-10.1-doc/config/http.html',
  settings: [],
}

const NGINX: Server = {
  name: 'nginx',
  programs: ['nginx'],
  keepAlive: '75 s',
  shutdown: 'no limit after SIGQUIT; none after SIGTERM',
  signal: 'SIGQUIT, which its official image asks for',
  drain: '`worker_shutdown_timeout`',
  source: 'https://nginx.org/en/docs/control.html',
  settings: [{ role: 'shutdown', format: 'nginx', directive: 'worker_shutdown_timeout' }],
}

const ENVOY: Server = {
  name: 'Envoy',
  programs: ['envoy'],
  keepAlive: '1 h',
  shutdown: 'none: it closes its listeners at once',
  signal: 'SIGTERM',
  drain: '`/drain_listeners?graceful` in a hook before it, for `--drain-time-s`',
  source: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/draining',
  settings: [],
}

const INGRESS_NGINX: Server = {
  name: 'ingress-nginx',
  programs: ['nginx-ingress-controller'],
  keepAlive: '75 s (`keep-alive` in its ConfigMap)',
  shutdown: '0 s, then what nginx needs, then 10 s',
  signal: 'SIGTERM; its `/wait-shutdown` hook sends it',
  drain: '`--shutdown-grace-period`; `worker-shutdown-timeout` in its ConfigMap (240 s)',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/',
  settings: [
    { role: 'shutdown', format: 'seconds', option: '--shutdown-grace-period', spentBy: '/wait-shutdown' },
  ],
}

const KONG: Server = {
  name: 'Kong',
  programs: ['kong'],
  keepAlive: 'as nginx',
  shutdown: '10 s (`kong quit`)',
  signal: 'SIGQUIT; SIGTERM ends it at once',
  drain: '`kong quit --timeout` in a hook; `nginx_main_worker_shutdown_timeout`',
  source: 'https://developer.konghq.com/gateway/nginx-directives/',
  settings: [
    {
      role: 'keep-alive',
      format: 'nginx',
      variables: ['KONG_NGINX_PROXY_KEEPALIVE_TIMEOUT', 'KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT'],
    },
    { role: 'shutdown', format: 'nginx', variables: ['KONG_NGINX_MAIN_WORKER_SHUTDOWN_TIMEOUT'] },
  ],
}

const PHP_FPM: Server = {
  name: 'PHP-FPM',
  programs: ['php-fpm'],
  keepAlive: 'none: it speaks FastCGI to a web server',
  shutdown: '0 s',
  signal: 'SIGQUIT, which its official image asks for',
  drain: '`process_control_timeout` in its configuration',
  source: 'https://www.php.net/manual/en/install.fpm.configuration.php',
  settings: [],
}

/** Every server that is known, in the order of `docs/application.md`, which is made from it. Defaults are of its source. */
export const SERVERS: readonly Server[] = [
  GUNICORN,
  UVICORN,
  PUMA,
  NODE,
  NEXT,
  SPRING_BOOT,
  KESTREL,
  TOMCAT,
  NGINX,
  ENVOY,
  INGRESS_NGINX,
  KONG,
  PHP_FPM,
]
