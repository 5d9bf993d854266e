import { DIRECTIVE } from './protocol.ts'

/**
 * The scripts that `slackwater completion SHELL` prints. They know no command and no option: they ask the program
 * (`slackwater __complete WORDS`) at each completion.
 */

/** Bash 3.2, which macOS has, knows neither `compopt` nor `mapfile`. It splits words at `=`, so the line is split anew. */
const BASH = `# bash completion for slackwater: source <(slackwater completion bash)
_slackwater() {
  local line="\${COMP_LINE:0:COMP_POINT}" part="\${COMP_WORDS[COMP_CWORD]}" prefix='' answer word directive=0
  local -a words
  read -ra words <<<"$line"
  case $line in *[[:space:]]) words+=('') ;; esac
  local current="\${words[\${#words[@]}-1]}"
  # Bash replaces only what follows the last =, unless = is no word break.
  case $current in -*=*) case $part in -*=*) prefix="\${current%%=*}=" ;; esac ;; esac
  COMPREPLY=()
  while IFS= read -r answer; do
    case $answer in
      :*) directive=\${answer#:} ;;
      *) word=\${answer%%$'\\t'*}; COMPREPLY+=("$prefix$word") ;;
    esac
  done < <(slackwater __complete "\${words[@]:1}" 2>/dev/null)
  type compopt >/dev/null 2>&1 || return 0
  if ((directive & ${DIRECTIVE.noSpace})); then compopt -o nospace; fi
  if ((directive & ${DIRECTIVE.noFiles})); then compopt +o default; fi
  if ((directive & ${DIRECTIVE.folders})); then compopt +o default -o dirnames; fi
}
complete -o default -F _slackwater slackwater
`

const ZSH = `#compdef slackwater
# zsh completion for slackwater: source <(slackwater completion zsh), after compinit
_slackwater() {
  local answer directive=0
  local -a described space
  for answer in "\${(@f)$(slackwater __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $answer in
      :*) directive=\${answer#:} ;;
      *$'\\t'*) described+=("\${\${answer%%$'\\t'*}//:/\\\\:}:\${answer#*$'\\t'}") ;;
      ?*) described+=("\${answer//:/\\\\:}") ;;
    esac
  done
  compset -P '-*='
  if ((\${#described})); then
    ((directive & ${DIRECTIVE.noSpace})) && space=(-S '')
    _describe slackwater described "\${space[@]}"
  elif ((directive & ${DIRECTIVE.folders})); then
    _files -/
  elif ! ((directive & ${DIRECTIVE.noFiles})); then
    _files
  fi
}
compdef _slackwater slackwater
# As a file of fpath, it is the function itself.
if [ "$funcstack[1]" = _slackwater ]; then _slackwater "$@"; fi
`

/** Fish replaces the whole word, and adds no space after a slash. */
const FISH = `# fish completion for slackwater: slackwater completion fish | source
function __slackwater_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answers (slackwater __complete $words[2..-1] "$current" 2>/dev/null)
    set -l directive (string replace ':' '' -- $answers[-1])
    set -l prefix (string match -r -- '^-[^=]*=' "$current")
    set -l value (string replace -r -- '^-[^=]*=' '' "$current")
    for answer in $answers[1..-2]
        echo -- "$prefix$answer"
    end
    test (count $answers) -gt 1; and return
    test (math "bitand($directive, ${DIRECTIVE.noFiles})") -gt 0; and return
    if test (math "bitand($directive, ${DIRECTIVE.folders})") -gt 0
        __fish_complete_directories "$value" | string replace -r '^' -- "$prefix"
    else
        __fish_complete_path "$value" | string replace -r '^' -- "$prefix"
    end
end
complete -c slackwater -f -a '(__slackwater_complete)'
`

export const COMPLETION_SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const
