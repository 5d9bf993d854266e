# Why a step has failed, from its log. Of each case that has failed, once however often it was tried: its name, and the
# first lines of what vitest says about it. Otherwise: the lines that name an error. If there is none: the last lines.
# No more than `room` bytes, and no colors.
BEGIN { LINES = 12; WIDTH = 300; OTHERS = 20 }

function say(text) {
  if (isFull) return
  text = substr(text, 1, WIDTH) "\n"
  isFull = length(text) > room
  if (isFull) text = "(and more, above)\n"
  room -= length(text)
  printf "%s", text
}

{
  gsub(/\033\[[0-9;]*m/, "")
  sub(/[ \t\r]+$/, "")
}

/^$/ { next }

# Several cases with one error have its text once, below the last of them.
/^ *FAIL / {
  sub(/ \([^()]*(initial run|retry)[^()]*\)$/, "")
  if (!($0 in told)) { say($0); left = LINES; cases++ }
  else if (!isBelowName) left = 0
  told[$0] = isBelowName = 1
  next
}

{ isBelowName = 0 }

# Where the text of one ends.
/^⎯/ { left = 0 }

# Of the source that it shows, the place says enough.
left > 0 && /^ *[0-9]*\|/ { next }

left > 0 { left--; say("  " $0); next }

/error TS|Error:|skipped:|failed;|failed:/ {
  if (!($0 in told) && others < OTHERS) other[++others] = $0
  told[$0] = 1
}

{ last[NR % LINES] = $0 }

END {
  for (one = 1; one <= others; one++)
    if (!cases || other[one] !~ /Error:/) { say("  " other[one]); cases++ }
  if (!cases) for (one = NR + 1; one <= NR + LINES; one++) if (one % LINES in last) say("  " last[one % LINES])
}
