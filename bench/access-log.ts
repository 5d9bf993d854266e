/**
 * An access log of an Application Load Balancer as a busy service has it: 400 bytes a line, three target groups with twelve
 * targets each, browsers' user agents, a request in a thousand an error of the load balancer's own. The same for the same
 * numbers, whatever the machine.
 */

const START = Date.UTC(2026, 9, 5, 10)

const AGENTS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 16_7_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'kube-probe/1.34',
  'okhttp/4.11.0',
  String.raw`a \x22quoted\x22 agent`,
]

/** Lines to a chunk. */
const EACH = 1000

/** Requests a second. */
const RATE = 500

/** Chunks of whole lines. */
export function* accessLog(lines: number): Generator<Buffer> {
  const random = randomFrom(lines)
  for (let from = 0; from < lines; from += EACH) {
    let text = ''
    for (let nth = from; nth < Math.min(from + EACH, lines); nth++) text += `${entry(nth, random)}\n`
    yield Buffer.from(text, 'latin1')
  }
}

function entry(nth: number, random: () => number): string {
  const created = START + (nth * 1000) / RATE
  const took = random() * 0.2
  const group = Math.floor(random() * 3)
  const target = `10.0.${group}.${10 + Math.floor(random() * 12)}:8080`
  const isLost = random() < 0.001
  const [times, status, answered] = isLost
    ? ['0.000 -1 -1', '502 -', '-']
    : [`0.000 ${took.toFixed(3)} 0.000`, '200 200', '200']
  const agent = AGENTS[Math.floor(random() * AGENTS.length)] ?? ''
  const client = `203.0.113.${Math.floor(random() * 256)}:${1024 + Math.floor(random() * 60_000)}`
  const hex = (digits: number): string =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  return [
    `h2 ${timeOf(created + took * 1000)} app/k8s-shop-web-0123456789/50dc6c495c0c9188 ${client} ${target} ${times} ${status}`,
    `${Math.floor(random() * 2000)} ${Math.floor(random() * 50_000)}`,
    `"GET https://shop.example.com:443/api/items/${hex(6)}?page=${Math.floor(random() * 100)} HTTP/2.0" "${agent}"`,
    'ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2',
    `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/k8s-shop-web${group}-0123456789/${group}3e2d6bc24d8a067`,
    `"Root=1-${hex(8)}-${hex(12)}${hex(12)}" "shop.example.com" "session-reused" 1 ${timeOf(created)} "forward" "-" "-"`,
    `"${target}" "${answered}" "-" "-" TID_${hex(12)}${hex(12)}${hex(8)}`,
  ].join(' ')
}

const timeOf = (time: number): string => `${new Date(time).toISOString().slice(0, -1)}000Z`

/** Mulberry32: public domain, and the same numbers everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
