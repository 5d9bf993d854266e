/** Logs that are easily given by mistake, told by a line of them. */
interface Foreign {
  readonly is: RegExp
  /** What the file is, for: `it is …`. */
  readonly name: string
  readonly hint: string
}

const EXPECTED = 'expected access logs of an Application Load Balancer'

const FOREIGN: readonly Foreign[] = [
  {
    is: /^Enable (AccessLog|ConnectionLog|HealthCheckLog)\w* for ELB/i,
    name: 'the test file that Elastic Load Balancing writes when logs are turned on',
    hint: 'it has no requests',
  },
  {
    is: /^tls \d+\.\d+ \d{4}-\d\d-\d\dT/,
    name: 'the log of a Network Load Balancer',
    hint: `it has TLS connections, not requests: ${EXPECTED}`,
  },
  {
    is: /^\d{4}-\d\d-\d\dT[\d:.]+Z [\w-]+ \S+:\d+ (\S+:\d+|-) -?[\d.]+ -?[\d.]+ -?[\d.]+ /,
    name: 'the access log of a Classic Load Balancer',
    hint: EXPECTED,
  },
  {
    is: /^\d{4}-\d\d-\d\dT[\d:.]+Z [\da-f.:]+ \d+ \d+ /i,
    name: 'the connection log of an Application Load Balancer',
    hint: 'it has connections, not requests: expected access logs',
  },
  {
    is: /^(#Version: 1\.0|#Fields: |\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t)/,
    name: 'the log of a CloudFront distribution',
    hint: `it does not name targets: ${EXPECTED}`,
  },
  { is: /^\{.*"webaclId"/i, name: 'the log of AWS WAF', hint: `it does not name targets: ${EXPECTED}` },
  { is: /^\{"Records":/, name: 'a CloudTrail log', hint: EXPECTED },
  {
    is: /^\{.*"(msg|log|message)":/,
    name: 'a log in JSON',
    hint: `${EXPECTED}; the log of the load balancer controller goes with --lbc-log`,
  },
  { is: /^(version account-id |\d \d{12} eni-)/, name: 'a VPC flow log', hint: EXPECTED },
  { is: /^[\da-f]{64} \S+ \[/, name: 'the access log of an S3 bucket', hint: EXPECTED },
  { is: /^[\da-f.:]+ \S+ \S+ \[/i, name: 'the access log of a web server', hint: EXPECTED },
  {
    is: /^"?type"?,"?time"?,/,
    name: 'a table in CSV',
    hint: 'expected the files as Elastic Load Balancing delivers them to the bucket',
  },
]

/** @param line its beginning is enough. @returns undefined: it is none of those that are known. */
export function foreignLog(line: string): string | undefined {
  const found = FOREIGN.find(({ is }) => is.test(line))
  return found && `it is ${found.name}: ${found.hint}`
}

/**
 * Other logs that Elastic Load Balancing delivers to the same bucket, by the beginning of their names.
 * @returns as `foreignLog`.
 */
export function otherDelivery(name: string): string | undefined {
  if (name.startsWith('conn_log')) return 'it is a connection log: it has connections, not requests'
  if (name.startsWith('health_check_log')) return 'it is a health check log'
  return name === 'ELBAccessLogTestFile'
    ? 'it is the test file that Elastic Load Balancing writes when logs are turned on'
    : undefined
}
