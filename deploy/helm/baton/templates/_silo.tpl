{{/*
The Deployment of one role: (dict "root" $ "role" NAME "values" VALUES "image" IMAGE).

A Deployment, not a StatefulSet: a silo has no identity and no storage that outlives it, all of a role start at once,
and on scale-in the pod with the lowest deletion cost goes, where a StatefulSet always removes its last one.
*/}}
{{- define "baton.silo" -}}
{{- $ctx := dict "root" .root "component" .role }}
{{- $v := .values }}
{{- with .root }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "baton.fullname" . }}-{{ $ctx.component }}
  labels: {{- include "baton.labels" $ctx | nindent 4 }}
spec:
  {{- if not (kindIs "invalid" $v.replicas) }}
  replicas: {{ $v.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  progressDeadlineSeconds: {{ add $v.startupSeconds 600 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: {{- toYaml $v.strategy | nindent 6 }}
  selector:
    matchLabels: {{- include "baton.selector" $ctx | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "baton.labels" $ctx | nindent 8 }}
        {{- include "baton.siloSelector" . | nindent 8 }}
        {{- with $v.podLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      annotations:
        checksum/config: {{ include (print .Template.BasePath "/configmap.yaml") . | sha256sum }}
        checksum/auth: {{ toJson .Values.auth | sha256sum }}
        {{- with $v.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      {{- include "baton.pod" (dict "root" . "role" $ctx.component "values" $v "image" $.image) | nindent 6 }}
{{- end }}
{{- end }}
