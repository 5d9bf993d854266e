{{/* Security contexts, and what Pod Security restricted says of them (pod-security-admission, policy/check_*.go). */}}

{{/* Restricted Pod Security, and a read-only root file system. */}}
{{- define "slackwater.containerSecurity" -}}
{{- $capabilities := dict "drop" (list "ALL") -}}
{{- $ours := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" $capabilities -}}
{{- include "slackwater.merged" (list $ours .Values.containerSecurityContext) -}}
{{- end -}}

{{- define "slackwater.podSecurity" -}}
{{- $seccomp := dict "type" "RuntimeDefault" -}}
{{- $ours := dict "runAsNonRoot" true "runAsUser" 65532 "runAsGroup" 65532 "seccompProfile" $seccomp -}}
{{- include "slackwater.merged" (list $ours .Values.podSecurityContext) -}}
{{- end -}}

{{/* OURS with what is given in it: a map field by field, anything else as a whole; null removes. (list OURS GIVEN) */}}
{{- define "slackwater.merged" -}}
{{- $result := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- if kindIs "invalid" $value -}}
{{- $result = omit $result $key -}}
{{- else if and (kindIs "map" $value) (kindIs "map" (get $result $key)) -}}
{{- $_ := set $result $key (include "slackwater.merged" (list (get $result $key) $value) | fromYaml) -}}
{{- else -}}
{{- $_ := set $result $key $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $result -}}
{{- end -}}

{{/* What stands at a path of a map, as JSON; empty: nothing. (list MAP PATH) */}}
{{- define "slackwater.at" -}}
{{- $is := index . 0 -}}
{{- range $step := splitList "." (index . 1) -}}
{{- $is = kindIs "map" $is | ternary (get (kindIs "map" $is | ternary $is dict) $step) "" -}}
{{- end -}}
{{- if not (or (kindIs "invalid" $is) (eq (toJson $is) "\"\"")) }}{{ toJson $is }}{{ end -}}
{{- end -}}

{{- define "slackwater.validate.podSecurity" -}}
{{- if ne (.Values.podSecurityStandard | default "restricted") "privileged" -}}
{{- $pod := include "slackwater.podSecurity" . | fromYaml -}}
{{- $container := include "slackwater.containerSecurity" . | fromYaml -}}
{{- $found := include "slackwater.unrestricted" (list "podSecurityContext" $pod) | fromJsonArray -}}
{{- $found = concat $found (include "slackwater.unrestricted" (list "containerSecurityContext" $container) | fromJsonArray) -}}
{{- $found = concat $found (include "slackwater.unrestrictedOnly" (list $pod $container) | fromJsonArray) -}}
{{- $found = concat $found (include "slackwater.unrestrictedVolumes" . | fromJsonArray) -}}
{{- with $found -}}
{{- fail (printf "\n\n%s: Pod Security restricted forbids it. Leave it out, or set podSecurityStandard=privileged if the namespace %s may have such Pods" (join ", " .) $.Release.Namespace) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What is forbidden in a Pod's context and in a container's, as a JSON array of text. (list VALUE CONTEXT) */}}
{{- define "slackwater.unrestricted" -}}
{{- $value := index . 0 }}{{ $context := index . 1 }}{{ $found := list -}}
{{- $profiles := list `"RuntimeDefault"` `"Localhost"` -}}
{{- $types := list `"container_t"` `"container_init_t"` `"container_kvm_t"` `"container_engine_t"` -}}
{{- range $path, $allowed := dict "runAsNonRoot" (list "true") "seccompProfile.type" $profiles "appArmorProfile.type" $profiles "seLinuxOptions.type" $types "seLinuxOptions.user" list "seLinuxOptions.role" list "windowsOptions.hostProcess" (list "false") "allowPrivilegeEscalation" (list "false") "privileged" (list "false") "procMount" (list `"Default"`) -}}
{{- $is := include "slackwater.at" (list $context $path) -}}
{{- if and $is (not (has $is $allowed)) }}{{ $found = append $found (printf "%s.%s is %s" $value $path $is) }}{{ end -}}
{{- end -}}
{{- if eq (include "slackwater.at" (list $context "runAsUser")) "0" }}{{ $found = append $found (printf "%s.runAsUser is 0" $value) }}{{ end -}}
{{- toJson $found -}}
{{- end -}}

{{/* What is required of one of them, or forbidden in one alone; the same. (list POD CONTAINER) */}}
{{- define "slackwater.unrestrictedOnly" -}}
{{- $pod := index . 0 }}{{ $container := index . 1 }}{{ $found := list -}}
{{- range $path := list "runAsNonRoot" "seccompProfile.type" -}}
{{- if not (or (include "slackwater.at" (list $pod $path)) (include "slackwater.at" (list $container $path))) -}}
{{- $found = append $found (printf "podSecurityContext.%s is missing" $path) -}}
{{- end -}}
{{- end -}}
{{- if not (include "slackwater.at" (list $container "allowPrivilegeEscalation")) -}}
{{- $found = append $found "containerSecurityContext.allowPrivilegeEscalation is missing" -}}
{{- end -}}
{{- $capabilities := $container.capabilities | default dict -}}
{{- if not (has "ALL" ($capabilities.drop | default list)) }}{{ $found = append $found "containerSecurityContext.capabilities.drop has no ALL" }}{{ end -}}
{{- range without ($capabilities.add | default list) "NET_BIND_SERVICE" -}}
{{- $found = append $found (printf "containerSecurityContext.capabilities.add has %s" .) -}}
{{- end -}}
{{- /* Safe in every version since 1.30. */ -}}
{{- $safe := list "kernel.shm_rmid_forced" "net.ipv4.ip_local_port_range" "net.ipv4.ip_unprivileged_port_start" "net.ipv4.tcp_syncookies" "net.ipv4.ping_group_range" "net.ipv4.ip_local_reserved_ports" "net.ipv4.tcp_keepalive_time" "net.ipv4.tcp_fin_timeout" "net.ipv4.tcp_keepalive_intvl" "net.ipv4.tcp_keepalive_probes" -}}
{{- range $pod.sysctls -}}
{{- if not (has .name $safe) }}{{ $found = append $found (printf "podSecurityContext.sysctls has %s" .name) }}{{ end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- define "slackwater.unrestrictedVolumes" -}}
{{- $found := list -}}
{{- range $index, $volume := .Values.extraVolumes -}}
{{- range $type := keys (omit $volume "name" "configMap" "csi" "downwardAPI" "emptyDir" "ephemeral" "image" "persistentVolumeClaim" "projected" "secret") | sortAlpha -}}
{{- $found = append $found (printf "extraVolumes[%d].%s" $index $type) -}}
{{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}
