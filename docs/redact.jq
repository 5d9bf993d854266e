# Replaces the names in the JSON of slackwater by name-1, name-2 …, each name by the same word wherever it stands.
#   slackwater audit -o json | jq -f redact.jq
# Hosts and paths of rules become "rule". Texts stay readable. Read the result before you send it.

# Names of objects, Pods, nodes and containers, addresses, and the cluster; not those of settings and metrics.
def names:
  [ .. | objects
    | select(has("value") | not)
    | select(.kind | IN("setting", "default") | not)
    | .name, .namespace, .pod, .node, .ip, .context, .server, .file
    | strings | select(. != "") ]
  | unique | sort_by(-length);

def literally: gsub("(?<sign>[^A-Za-z0-9])"; "\\\(.sign)");

if names == [] then . else
  (names | to_entries | map({ (.value): "name-\(.key + 1)" }) | add) as $words
  | ("(?<![A-Za-z0-9-])(?<name>" + (names | map(literally) | join("|")) + ")(?![A-Za-z0-9-])") as $known
  | walk(
      if type == "object" and (.via | type) == "string" then .via = (.via | sub("^rule .*$"; "rule"))
      elif type == "object" and has("text") and has("steps") then .text |= gsub("→ rule [^→]* →"; "→ rule →")
      elif type == "string" then gsub($known; $words[.name])
      else . end)
end
