{{/* What runs in the container of a silo: environment, ports, probes, resources, mounts. */}}
{{- define "baton.container" -}}
{{- $v := .values }}
{{- $worker := ne .role "gateway" }}
{{- $gpus := ternary ($v.gpus | default 0) 0 $worker | int }}
{{- with .root -}}
envFrom:
  - configMapRef: {name: {{ include "baton.fullname" . }}}
env:
  # Name the silo and its address, and find its pod.
  - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
  - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
  - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
  - {name: ORLEANS_SERVICE_ID, valueFrom: {fieldRef: {fieldPath: "metadata.labels['orleans/serviceId']"}}}
  - {name: ORLEANS_CLUSTER_ID, valueFrom: {fieldRef: {fieldPath: "metadata.labels['orleans/clusterId']"}}}
  - name: BATON_CLUSTER_SECRET
    valueFrom:
      secretKeyRef: {name: {{ include "baton.secret" . }}, key: cluster-secret}
  - {name: BATON_ROLE, value: {{ $.role }}}
  {{- if $worker }}
  - {name: BATON_DEVICE, value: {{ $v.device | default (ternary "cuda" "cpu" (gt $gpus 0)) | quote }}}
  {{- else }}
  - {name: BATON_GATEWAY_PORT, value: "30000"}
  - name: BATON_API_KEY
    valueFrom:
      secretKeyRef: {name: {{ include "baton.secret" . }}, key: api-keys, optional: true}
  {{- end }}
  {{- range $name, $value := $v.env }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
  {{- end }}
ports:
  - {name: http, containerPort: 8080}
  - {name: silo, containerPort: 11111}
  {{- if not $worker }}
  - {name: orleans, containerPort: 30000}
  {{- end }}
startupProbe:
  httpGet: {path: /live, port: http}
  periodSeconds: 5
  failureThreshold: {{ div $v.startupSeconds 5 }}
livenessProbe:
  httpGet: {path: /live, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /ready, port: http}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
{{- if gt (int $v.preStopSeconds) 0 }}
lifecycle:
  preStop:
    sleep: {seconds: {{ $v.preStopSeconds }}}
{{- end }}
{{- $resources := deepCopy $v.resources }}
{{- if gt $gpus 0 }}
{{- $resources = mergeOverwrite $resources (dict "limits" (dict "nvidia.com/gpu" $gpus)) }}
{{- end }}
resources: {{- toYaml $resources | nindent 2 }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  {{- if $worker }}
  - {name: shm, mountPath: /dev/shm}
  {{- end }}
  {{- if or .Values.model.existingClaim .Values.model.fetch.image }}
  - {name: models, mountPath: /models, readOnly: true}
  {{- end }}
{{- end }}
{{- end }}
