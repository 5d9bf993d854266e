process.stdout.write('slackwater\n')
