{{/* The peers of one rule; empty: all. (list CONTEXT PEERS) */}}
{{- define "slackwater.ingressFrom" -}}
{{- with index . 1 -}}
from:
  {{- toYaml . | nindent 2 }}
  # helm test calls it too.
  - podSelector:
      matchLabels:
        {{- include "slackwater.testLabels" (index $ 0) | nindent 8 }}
{{- end -}}
{{- end -}}
