# Replaces the names in the JSON of slackwater by name-1, name-2 …, each name by the same word wherever it stands.
#   slackwater audit -o json | jq -f redact.jq
# So do identifiers of AWS, wherever they stand: ARNs, accounts, load balancers and target groups.
# Hosts and paths of rules become "rule". Texts stay readable. Read the result before you send it.

def aws: scan("arn:[a-z-]+:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:[A-Za-z0-9/_.@+=:-]*[A-Za-z0-9]"),
  scan("(?:targetgroup|(?:loadbalancer/)?(?:app|net|gwy))/[A-Za-z0-9-]+/[0-9a-f]{16}"),
  scan("(?<![A-Za-z0-9.-])[0-9]{12}(?![A-Za-z0-9.-])"),
  scan("[A-Za-z0-9-]+(?:\\.[a-z0-9-]+)*\\.amazonaws\\.com(?:\\.cn)?");

# Names of objects, Pods, nodes and containers, addresses, and the cluster; not those of settings and metrics.
def names:
  [ .. | objects
    | select(has("value") | not)
    | select(.kind | IN("setting", "default") | not)
    | .name, .namespace, .pod, .node, .ip, .context, .server, .file
    | strings | select(. != "") ] + [ .. | strings | aws ]
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
