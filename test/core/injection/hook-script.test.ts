import { describe, expect, test } from 'vitest'
import { readCommand } from '../../../src/core/injection/hook-script.ts'

const script = (text: string, shell = 'sh', option = '-c') => readCommand([shell, option, text])

describe('sleeps one after the other are added up', () => {
  test.for<[string, number]>([
    ['sleep 30; sleep 30', 60],
    ['sleep 30 && sleep 20', 50],
    ['sleep 30\nsleep 1m\n', 90],
    // Fractions count together: 1.5 + 1.5 = 3.
    ['sleep 1.5; sleep 1.5', 3],
    // A sleep succeeds: what stands after `||` never runs, and what comes after that does.
    ['sleep 15 || true; sleep 30', 45],
    ['sleep 15 || sleep 30', 15],
    // After `exec` no shell is left that would sleep again.
    ['exec sleep 30; sleep 30', 30],
    ['sleep 5; exec sleep 10 && sleep 20', 15],
    // What comes between may end the server.
    ['sleep 15; nginx -s quit; sleep 30', 15],
    ['sleep 15 && kill -QUIT $(cat /run/nginx.pid)', 15],
    ['sleep 15; (nginx -s quit); sleep 5', 15],
    ['sleep 130 && while pkill -QUIT -f app; do sleep 1; done', 130],
    // `touch` may have no right to write: then the second one is not reached.
    ['sleep 10 && touch /run/x && sleep 20', 10],
    // Only the second goes to the background.
    ['sleep 10; sleep 20 & wait', 10],
  ])('%j: %i', ([text, length]) => {
    expect(script(text)).toEqual({ length })
  })
})

describe('what keeps the server as it is may come first', () => {
  test.for<string>([
    'echo draining; sleep 60',
    'echo "stopping; $HOSTNAME" && sleep 60',
    "echo 'kill 1 & exit' ; sleep 60",
    'echo draining > /proc/1/fd/1; sleep 60',
    'echo draining >&2; sleep 60 >/dev/null 2>&1',
    'set -e; sleep 60',
    'set -eu\nsleep 60',
    'set -x; set +e; sleep 60',
    'set -o errexit; sleep 60',
    'touch /run/draining; sleep 60',
    'touch /run/draining || true; sleep 60',
    'set -e; touch /run/draining || true; sleep 60',
    ': ; sleep 60',
    'true && sleep 60',
    'date; printf done; sleep 60',
    '# wait for the load balancer\nsleep 60 # not longer',
    '\n\n  sleep 60;\n',
    'sleep 60 &&\n\n true',
    'echo a \\\n  b && \\\n  sleep 60',
    'exec sleep 60',
    '/bin/echo x; /usr/bin/env sleep 60',
    'env sleep 60',
    'exec env sleep 60',
    'busybox sleep 60',
    'sleep "60"',
    "sleep '6'0",
    'sleep 60 > /dev/null',
  ])('%j', (text) => {
    expect(script(text)).toEqual({ length: 60 })
  })

  test.for<readonly string[]>([
    ['sh', '-l', '-c', 'sleep 60'],
    ['bash', '-lc', 'sleep 60'],
    ['bash', '--login', '--norc', '-c', 'sleep 60'],
    ['sh', '-ec', 'sleep 60'],
    ['sh', '-e', '-u', '-c', 'sleep 60'],
    ['bash', '-euo', 'pipefail', '-c', 'sleep 60'],
    ['bash', '-c', 'set -euo pipefail; sleep 60'],
    ['sh', '-c', 'sleep 60', 'name', 'kill 1'],
    ['busybox', 'sleep', '60'],
    ['/bin/busybox', 'sh', '-c', 'sleep 60'],
    ['/usr/bin/env', 'sleep', '60'],
    ['env', 'bash', '-c', 'sleep 60'],
  ])('%j', (command) => {
    expect(readCommand(command)).toEqual({ length: 60 })
  })
})

describe('unknown is what may end the server, the script or the sleep', () => {
  test.for<string>([
    // In the background the hook ends at once, a whole list too.
    'sleep 60 &',
    'sleep 60 & wait',
    'sleep 60 && echo done &',
    'sleep 60 || nginx -s quit &',
    // An escaped `&` and another: the list goes to the background.
    'sleep 100 && curl -s localhost/x\\&&',
    // The shell refuses the line before it runs any of it.
    'sleep 100; curl localhost/x)',
    'sleep 100; foo (',
    'sleep 60 && if true; then echo; fi &',
    'touch /run/x & sleep 60',
    // dash reads `&>` as `&`.
    'sleep 60 &>/dev/null',
    // Both ends of a pipe run side by side.
    'sleep 60 | cat',
    'sleep 60 |& cat',
    'echo x | sleep 60',
    // It may fail, and the sleep is left out.
    'false && sleep 60',
    'touch /run/x && sleep 60',
    'true || sleep 60',
    'set -e; touch /run/x; sleep 60',
    'set -e; true && false; sleep 60',
    'set -o errexit; touch /run/x; sleep 60',
    'sleep 60 > /var/log/hook',
    'sleep 60 < /run/x',
    // A special builtin whose redirect fails ends the shell, and so does a variable that is not set.
    ': > /run/x; sleep 60',
    ': >/dev/stdout; sleep 60',
    'set -u; echo $NAME; sleep 60',
    // dash does not know pipefail, and ends.
    'set -o pipefail; sleep 60',
    // Nothing is run.
    'set -n; sleep 60',
    // An order to a server, such as uWSGI's FIFO.
    'echo q > /run/app.fifo; sleep 60',
    'echo `nginx -s quit`; sleep 60',
    'echo "$(nginx -s quit)"; sleep 60',
    `echo \${X:=$(id)}; sleep 60`,
    'sleep $DELAY',
    `sleep "\${DELAY:-60}"`,
    'sleep $((30 + 30))',
    'sleep {30,30}',
    'sleep "6\\0"',
    'sleep 60$X',
    'DELAY=60; sleep 60',
    'PATH=/x sleep 60',
    'if true; then sleep 60; fi',
    'for i in 1 2; do sleep 60; done',
    '{ sleep 60; }',
    '(sleep 60)',
    '! sleep 60',
    'sleep() { :; }; sleep 60',
    'alias sleep=true\nsleep 60',
    'exit; sleep 60',
    'exec echo; sleep 60',
    'curl localhost/drain; sleep 60',
    'trap "sleep 60" EXIT',
    'cat <<END\nsleep 60\nEND',
    'echo sleep 60',
    '# sleep 60',
    "echo 'x\nsleep 60",
    // Digits before a redirect are the number of a file.
    'sleep 60>&1',
    'sleep 60>/dev/null',
    // coreutils adds them up, others do not.
    'sleep 30 30',
    // A carriage return belongs to the word: `invalid time interval`.
    'sleep 60\r\n',
    'sleep\u00a060',
    // Refused before anything is run.
    'sleep 60; echo "',
    'sleep 60 &&',
    'sleep 60; ; true',
    'sleep 60;;',
    '; sleep 60',
    '&& sleep 60',
    'sleep 60; fi',
    'sleep 60; if true; then echo',
    'sleep 60; then echo',
    '',
  ])('%j', (text) => {
    expect(script(text)).toEqual({})
  })

  test.for<readonly string[]>([
    ['sh', '-nc', 'sleep 60'],
    ['sh', '-o', 'pipefail', '-c', 'sleep 60'],
    ['sh', '--login', '-c', 'sleep 60'],
    ['sh', '-euc', 'echo $NAME; sleep 60'],
    ['sh', '-ec', 'touch /run/x; sleep 60'],
    ['sh', 'hook.sh', '-c', 'sleep 60'],
    ['sh', '-o', '-c', 'sleep 60'],
    ['sh', '-c', '-e', 'sleep 60'],
    // coreutils' and new busybox' timeout; an old busybox takes `20` for the program.
    ['timeout', '20', 'sleep', '60'],
    ['env', '-i', 'sleep', '60'],
    ['env', 'A=b', 'sleep', '60'],
    ['busybox'],
    ['env'],
    ['powershell', '-Command', 'Start-Sleep -Seconds 60'],
  ])('%j', (command) => {
    expect(readCommand(command)).toEqual({})
  })
})

describe('what ends the server at once', () => {
  test.for<[string, string]>([
    ['nginx -s quit', 'nginx'],
    ['/usr/sbin/nginx -c /etc/nginx.conf -s stop', 'nginx'],
    ['/usr/local/openresty/bin/openresty -s quit', 'openresty'],
    ['kill 1', 'kill'],
    ['kill -s SIGQUIT 1', 'kill'],
    ['kill -15 1', 'kill'],
    ['kill -QUIT $(cat /run/php-fpm.pid)', 'kill'],
    ['kill -WINCH `cat /run/httpd.pid`', 'kill'],
    ['kill $(pidof node)', 'kill'],
    ['pkill -f gunicorn', 'pkill'],
    ['pkill --signal=INT java', 'pkill'],
    ['killall -q nginx; while pidof nginx; do sleep 1; done', 'killall'],
    ['kong quit', 'kong'],
    ['kong stop -p /usr/local/kong', 'kong'],
    ['apachectl -k graceful-stop', 'apachectl'],
    ['httpd -k stop', 'httpd'],
    ['supervisorctl -c /etc/s.conf stop all', 'supervisorctl'],
    ['s6-svc -wd -d /run/service/web', 's6-svc'],
    ['sv -w 60 down web', 'sv'],
    ['catalina.sh stop', 'catalina.sh'],
    ['caddy stop', 'caddy'],
    ['pm2 delete all', 'pm2'],
    ['curl -X POST localhost:15000/quitquitquit', 'curl'],
    ['exec nginx -s quit', 'nginx'],
    ['/usr/bin/env nginx -s quit', 'nginx'],
    ['busybox kill 1', 'kill'],
    ['echo bye; set -e; touch /run/x; nginx -s quit', 'nginx'],
    ['touch /run/x && nginx -s quit && sleep 15', 'nginx'],
    ['nginx -s quit & sleep 60', 'nginx'],
    ['nginx -s quit | tee /proc/1/fd/1', 'nginx'],
  ])('%j: %s', ([text, program]) => {
    expect(script(text)).toEqual({ endsBy: program })
  })

  test('a command without a shell, too', () => {
    expect(readCommand(['/usr/sbin/nginx', '-s', 'quit'])).toEqual({ endsBy: 'nginx' })
    expect(readCommand(['kill', '-SIGTERM', '1'])).toEqual({ endsBy: 'kill' })
  })

  test.for<string>([
    // A drain that the author has thought of, or meant to wait for: what happens in it is not known.
    'kill -TERM 1; sleep 25',
    'pkill -QUIT php-fpm && sleep 10',
    'sleep 60 & nginx -s quit',
    'nginx -s reload',
    'nginx -t',
    'kill -0 1',
    'kill -HUP 1',
    'kill -USR1 1',
    'kill -s $SIGNAL 1',
    'kill -l',
    'kill',
    'pkill -HUP nginx',
    'killall -s USR2 gunicorn',
    'apachectl graceful',
    // Kong goes on serving for that long.
    'kong quit --wait=15',
    'kong reload',
    'supervisorctl status',
    's6-svc -t /run/service/web',
    'sv hup web',
    'curl localhost/drain',
    'echo nginx -s quit',
    'true || nginx -s quit',
    // How long that takes, nobody knows.
    './drain.sh; nginx -s quit',
    'if pidof nginx; then nginx -s quit; fi',
  ])('%j does not, or not for certain', (text) => {
    expect(script(text)).toEqual({})
  })

  test('after a sleep it comes when it should', () => {
    expect(script('sleep 50; nginx -s quit')).toEqual({ length: 50 })
    expect(script('echo x; sleep 50 && exec kill 1')).toEqual({ length: 50 })
  })
})
