{{/* Made by `npm run generate` from src/settings/schema.ts. */}}

{{/* The keys of all settings, as JSON; not every one has a default. */}}
{{- define "slackwater.settingKeys" -}}
["mode","injectInto","hook","daemonSets","maxSleepSeconds","maxGraceSeconds","maxHookGraceSeconds","terms","namespaceLabels","adopt","defaultTargetType","ingressClass","loadBalancerClass","watchNamespace","readinessGateInject","featureGates","excludedNamespaces"]
{{- end -}}

{{/* The settings file. YAML takes a bare off for false. */}}
{{- define "slackwater.settings" -}}
{{- $settings := dict -}}
{{- range $key := include "slackwater.settingKeys" . | fromJsonArray -}}
{{- if hasKey $.Values $key }}{{ $_ := set $settings $key (get $.Values $key) }}{{ end -}}
{{- end -}}
{{- range $key := list "mode" "namespaceLabels" "adopt" -}}
{{- if kindIs "bool" (get $settings $key) }}{{ $_ := set $settings $key "off" }}{{ end -}}
{{- end -}}
{{- toYaml (set $settings "ownNamespace" .Release.Namespace) -}}
{{- end -}}

{{/* The schema takes any word of these. A boolean that is true was written as on, yes or true. */}}
{{- define "slackwater.validate.settings" -}}
{{- range $key, $words := dict "mode" (list "enforce" "dry-run" "off") "namespaceLabels" (list "enforce" "report" "off") "adopt" (list "newborn" "off") -}}
{{- $value := get $.Values $key -}}
{{- if and (hasKey $.Values $key) (not (has $value (append $words false))) -}}
{{- fail (printf "\n\n%s is %s: it must be %s or %s" $key (toJson $value) (initial $words | join ", ") (last $words)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* One setting as text, empty where it is not given. (list CONTEXT KEY) */}}
{{- define "slackwater.setting" -}}
{{- get (include "slackwater.settings" (index . 0) | fromYaml) (index . 1) -}}
{{- end -}}
