import path from 'node:path'
import type { Plugin } from 'rolldown'

/** A module that is bundled as a stand-in, and why nothing calls it. */
interface LeftOut {
  /** As it is imported. */
  readonly module: string
  /** The files that import it. */
  readonly by: RegExp
  /** The names that they import; absent: the module itself is a function (CommonJS). */
  readonly names?: readonly string[]
}

/**
 * What is imported at the top of packages that we use, for functions of theirs that we do not call. Bundled, it would
 * be read, parsed and mostly run at each start: 6.5 MB of 9. Whoever calls it all the same gets an error that
 * says so, or that it has no such member.
 */
const LEFT_OUT: readonly LeftOut[] = [
  // The client's generated API (KubeConfig.makeApiClient, PortForward.portForwardService): requests are our own.
  {
    module: './gen/index.js',
    by: /client-node\/dist\/(?:config|portforward)\.js$/,
    names: ['AppsV1Api', 'CoreV1Api', 'ServerConfiguration', 'createConfiguration'],
  },
  // How that API connects (KubeConfig.createDispatcher).
  { module: 'undici', by: /client-node\/dist\/config\.js$/, names: ['Agent', 'ProxyAgent'] },
  // Compilers of JSON schemas, which fastify asks for only if a route has a schema.
  { module: '@fastify/ajv-compiler', by: /fastify\/lib\/schema-controller\.js$/ },
  { module: '@fastify/fast-json-stringify-compiler', by: /fastify\/lib\/schema-controller\.js$/ },
  // Requests without a network (fastify.inject), HTTP/2, and the versions that plugins of fastify ask for.
  { module: 'light-my-request', by: /fastify\/fastify\.js$/ },
  { module: 'node:http2', by: /fastify\/lib\/server\.js$/ },
  { module: 'semver', by: /fastify\/lib\/plugin-utils\.js$/ },
  // Logging from a thread of its own.
  { module: './lib/transport', by: /pino\/pino\.js$/ },
  { module: './transport', by: /pino\/lib\/tools\.js$/ },
  // Metrics of several processes, metrics that are sent, and traces in metrics.
  { module: './lib/cluster', by: /prom-client\/index\.js$/ },
  { module: './lib/pushgateway', by: /prom-client\/index\.js$/ },
  { module: '@opentelemetry/api', by: /prom-client\/lib\/metrics\/\w+\.js$/ },
]

/** A path in our own package, whose terms it has; no such file exists. */
const PREFIX = `${path.join(import.meta.dirname, 'left-out')}${path.sep}`

const find = (source: string, importer: string | undefined): LeftOut | undefined =>
  LEFT_OUT.find(({ module, by }) => module === source && importer !== undefined && by.test(importer))

/** Called with `new` or without. fastify calls a compiler's factory at each start: what it returns is not called. */
const standIn = (module: string): string =>
  `function () { return () => { throw new Error(${JSON.stringify(`${module} is not part of this bundle`)}) } }`

function codeOf({ module, names }: LeftOut): string {
  if (names === undefined) return `module.exports = ${standIn(module)}`
  return names.map((name) => `export const ${name} = ${standIn(module)}`).join('\n')
}

export const leftOut: Plugin = {
  name: 'left-out',
  resolveId(source, importer) {
    const found = find(source, importer)
    return found && { id: `${PREFIX}${LEFT_OUT.indexOf(found)}`, moduleSideEffects: false }
  },
  load(id) {
    const found = id.startsWith(PREFIX) ? LEFT_OUT[Number(id.slice(PREFIX.length))] : undefined
    return found && codeOf(found)
  },
}
