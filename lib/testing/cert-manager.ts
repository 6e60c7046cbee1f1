/** As much of cert-manager as a cluster shows of it; it cannot be had here. What its controller does, a test does. */
export const certManager = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'certificates.cert-manager.io' },
  spec: {
    ...{ group: 'cert-manager.io', scope: 'Namespaced', names: { kind: 'Certificate', plural: 'certificates' } },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}

/** What it leaves where the Ingress asks for it. */
export const issuedSecret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' }
