/**
 * Types lines into an interactive zsh, each with a tab at its end, and prints what is then on the command line, one a line.
 * Zsh completes only where somebody types: zpty is its own terminal for that. What is shown there is redrawn in pieces, so
 * a key of ours writes the line to a file.
 */
export const ZSH_DRIVER = `
zmodload zsh/zpty
export typed=$(mktemp)
zpty -b z zsh -f -i
send() { zpty -w -n z "$1" }
# Whoever does not read fills the terminal.
lines() { local chunk; while [[ $(wc -l <$typed) -lt $1 ]]; do zpty -r -t z chunk || sleep 0.02; done }
send $'autoload -Uz compinit; compinit -D -u; source <(slackwater completion zsh); show() { print -r -- $BUFFER >>$typed; BUFFER=; }; zle -N show; bindkey "^Xs" show; print READY >>$typed\\n'
lines 1
count=1
for line in "$@"; do
  send "$line"$'\\t\\x18s'
  lines $((++count))
done
tail -n +2 $typed
rm $typed
`
