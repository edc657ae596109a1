{{- define "baton.fullname" -}}
{{- if contains "baton" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-baton" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "baton.clusterId" -}}
{{- .Values.clusterId | default (printf "%s-%s" .Release.Namespace .Release.Name) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Fixed in the host. */}}
{{- define "baton.serviceId" -}}baton{{- end }}

{{/* What selects the pods of one component: (dict "root" $ "component" NAME). */}}
{{- define "baton.selector" -}}
app.kubernetes.io/name: baton
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "baton.labels" -}}
{{ include "baton.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* What selects the pods of every silo. */}}
{{- define "baton.siloSelector" -}}
orleans/serviceId: {{ include "baton.serviceId" . }}
orleans/clusterId: {{ include "baton.clusterId" . | quote }}
{{- end }}

{{- define "baton.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "baton.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "baton.secret" -}}
{{- .Values.auth.existingSecret | default (include "baton.fullname" .) }}
{{- end }}

{{- define "baton.redis" -}}
{{- if .Values.redis.enabled }}{{ include "baton.fullname" . }}-redis:6379{{ else }}{{ required "redis.external: HOST:PORT is needed where redis.enabled is false" .Values.redis.external }}{{ end }}
{{- end }}

{{- define "baton.variable" -}}
BATON_{{ . | replace "-" "_" | upper }}
{{- end }}

{{- define "baton.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
