import { packEntries } from '@/lib/package-format/pack-folder'
import type { ArchiveEntry } from '@/lib/package-format/read-archive'

export const chartEntries = (files: Readonly<Record<string, string>>, folder = 'site'): ArchiveEntry[] =>
  Object.entries(files).map(([path, text]) => ({ kind: 'file', path: `${folder}/${path}`, executable: false, bytes: Buffer.from(text) }))

/** What `helm package` would make of these files. */
export const chartArchive = (files: Readonly<Record<string, string>>): Promise<Buffer> => packEntries(chartEntries(files))

export const chartYaml = (version: string, more = ''): string =>
  `apiVersion: v2\nname: site\nversion: ${version}\ndescription: A page, as a chart.\n${more}`

/** A page on busybox, as charts are usually written: helpers, nested values, a checksum, a job, a test. */
export const siteChart = (version = '1.0.0'): Record<string, string> => ({
  'Chart.yaml': chartYaml(version),
  'values.yaml': `replicaCount: 2
greeting: hello
password: ""
image:
  repository: tengen.test/busybox
  tag: "1"
podAnnotations: {}
prepare: true
`,
  'values.schema.json': JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      replicaCount: { type: 'integer', minimum: 0, maximum: 5 },
      greeting: { type: 'string', title: 'Greeting', minLength: 1 },
      password: { type: 'string', format: 'password' },
      image: { $ref: '#/definitions/image' },
    },
    definitions: {
      image: { type: 'object', additionalProperties: false, properties: { repository: { type: 'string' }, tag: { type: 'string' } } },
    },
  }),
  'templates/_helpers.tpl': '{{- define "site.name" -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end }}',
  'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "site.name" . }}
  namespace: {{ .Release.Namespace }}
data:
  index.html: {{ .Values.greeting | quote }}
`,
  'templates/secret.yaml': `{{- if .Values.password }}
apiVersion: v1
kind: Secret
metadata: { name: {{ include "site.name" . }} }
data:
  password: {{ .Values.password | b64enc }}
{{- end }}
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata: { name: {{ include "site.name" . }} }
spec:
  selector: { app.kubernetes.io/instance: {{ .Release.Name }} }
  ports: [{ port: 8080, name: http }]
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "site.name" . }}
  labels: { helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version }}", app.kubernetes.io/managed-by: {{ .Release.Service }} }
spec:
  replicas: {{ .Values.replicaCount }}
  selector: { matchLabels: { app.kubernetes.io/instance: {{ .Release.Name }} } }
  template:
    metadata:
      labels: { app.kubernetes.io/instance: {{ .Release.Name }} }
      annotations: { checksum/config: {{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }} }
    spec:
      serviceAccountName: default
      terminationGracePeriodSeconds: 2
      containers:
        - name: main
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command: [httpd, -f, -p, "8080", -h, /site]
          readinessProbe: { httpGet: { path: /index.html, port: 8080 }, periodSeconds: 1 }
          volumeMounts: [{ name: site, mountPath: /site }]
      volumes: [{ name: site, configMap: { name: {{ include "site.name" . }} } }]
`,
  'templates/job.yaml': `{{- if .Values.prepare }}
apiVersion: batch/v1
kind: Job
metadata: { name: {{ include "site.name" . }}-prepare }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: "tengen.test/busybox:1", command: [sh, -c, "echo prepared"] }]
{{- end }}
`,
  'templates/each-node.yaml': `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: {{ include "site.name" . }}-each }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: {{ .Release.Name }}-each } }
  template:
    metadata: { labels: { app.kubernetes.io/name: {{ .Release.Name }}-each } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: main, image: "tengen.test/busybox:1", command: [sleep, "100000"] }]
`,
  'templates/tests/asks.yaml': `apiVersion: v1
kind: Pod
metadata: { name: {{ include "site.name" . }}-test, annotations: { helm.sh/hook: test } }
spec: { containers: [{ name: wget, image: "tengen.test/busybox:1", command: [wget, {{ include "site.name" . }}] }] }
`,
})
