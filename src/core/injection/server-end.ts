/** Whether these arguments of a program end the server that runs in the container. */
type Test = (args: readonly string[], cut: boolean) => boolean

/** Signals on which servers stop accepting: Apache's graceful stop is WINCH (httpd.apache.org/docs/2.4/stopping.html). */
const ENDING = new Set(['TERM', '15', 'QUIT', '3', 'INT', '2', 'KILL', '9', 'ABRT', '6', 'WINCH', '28'])
/** A signal as an option of its own: `-QUIT`, `-SIGHUP`, `-0`. */
const SIGNAL_OPTION =
  /^-(?:SIG)?(\d+|HUP|INT|QUIT|ABRT|KILL|USR1|USR2|PIPE|ALRM|TERM|CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|WINCH)$/i
const LISTING = /^-[lL]$/

/** kill(1), pkill(1), killall(1): TERM where no signal is named. `names`: the options whose next word is the signal. */
function signals(names: readonly string[]): Test {
  return (args, cut) => {
    if (args.some((word) => LISTING.test(word)) || (args.length === 0 && !cut)) return false
    const at = args.findIndex((word) => names.includes(word))
    const long = args.find((word) => word.startsWith('--signal='))?.slice('--signal='.length)
    const option = args.map((word) => SIGNAL_OPTION.exec(word)?.[1]).find((one) => one !== undefined)
    const named = at < 0 ? (long ?? option ?? 'TERM') : (args[at + 1] ?? '')
    return ENDING.has(named.toUpperCase().replace(/^SIG/, ''))
  }
}

const says =
  (...words: readonly string[]): Test =>
  (args) =>
    args.some((word) => words.includes(word))

const ofNginx: Test = (args) =>
  args.some((word, index) => word === '-s' && /^(?:quit|stop)$/.test(args[index + 1] ?? ''))
const ofApache = says('stop', 'graceful-stop')
const ofHttp: Test = (args) => args.some((word) => word.endsWith('/quitquitquit'))

/**
 * Programs by name, and when each of them ends the server at once: it takes no new connection from then on, whatever it
 * does with those that are open.
 */
const PROGRAMS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['kill', signals(['-s', '-n', '--signal'])],
  ['pkill', signals(['--signal'])],
  ['killall', signals(['-s', '--signal'])],
  // nginx.org/en/docs/control.html; OpenResty and Angie are nginx.
  ['nginx', ofNginx],
  ['nginx-debug', ofNginx],
  ['openresty', ofNginx],
  ['angie', ofNginx],
  // httpd.apache.org/docs/2.4/stopping.html; `graceful` is a restart.
  ['apachectl', ofApache],
  ['apache2ctl', ofApache],
  ['httpd', ofApache],
  ['apache2', ofApache],
  // Kong kong/cmd/quit.lua and stop.lua; with --wait it goes on serving first.
  ['kong', (args) => says('quit', 'stop')(args, false) && !args.some((word) => /^(?:-w|--wait)/.test(word))],
  // tomcat.apache.org, RUNNING.txt
  ['catalina.sh', says('stop')],
  // caddyserver.com/docs/command-line
  ['caddy', says('stop')],
  // supervisord.org/running.html
  ['supervisorctl', says('stop', 'shutdown')],
  // skarnet.org/software/s6/s6-svc.html: -d is down; -wd waits for it, and -T has a value.
  ['s6-svc', (args) => args.some((word) => /^-(?![wT])[a-zA-Z]*d/.test(word))],
  // smarden.org/runit/sv.8.html
  ['sv', says('down', 'stop', 'exit', 'shutdown', 'force-stop', 'force-shutdown', 'term', 'quit')],
  // pm2.keymetrics.io/docs/usage/process-management
  ['pm2', says('stop', 'delete', 'kill')],
  // Envoy's and pilot-agent's admin endpoint (envoyproxy.io, Administration interface).
  ['curl', ofHttp],
  ['wget', ofHttp],
])

/**
 * The name of the program, where this command ends the server in the container at once.
 * @param cut the command has further words, which are not known.
 */
export function serverEnd([program = '', ...args]: readonly string[], cut = false): string | undefined {
  const name = program.slice(program.lastIndexOf('/') + 1)
  return PROGRAMS.get(name)?.(args, cut) === true ? name : undefined
}
