import { readdirSync } from 'node:fs'

/** Where the build puts the viewer, and where the gateway serves it; each name carries the hash of its content. */
export const viewerFolder = 'dist/docs'
export const viewerPrefix = '/api/docs/'

/** The one script and the one style of the viewer; none before a build. */
export function findViewer(folder = viewerFolder): { script: string; style: string } | undefined {
  let names: string[] = []
  try {
    names = readdirSync(folder)
  } catch {
    // Nothing was built.
  }
  const [script, style] = ['.js', '.css'].map((end) => names.find((name) => name.endsWith(end)))
  return script && style ? { script: viewerPrefix + script, style: viewerPrefix + style } : undefined
}

/** A frame for the viewer, which draws the document. */
export function docsPage(nonce: string, viewer: ReturnType<typeof findViewer>): string {
  const parts = viewer
    ? `<link rel="stylesheet" nonce="${nonce}" href="${viewer.style}"><script type="module" nonce="${nonce}" src="${viewer.script}"></script>`
    : ''
  const says = viewer ? 'Without scripts: the document itself is' : 'The viewer was not built; the document itself is'
  const otherwise = `<p>${says} <a href="/api/v1/openapi.json">openapi.json</a>.</p>`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>API · Tengen</title><link rel="icon" href="/icon.svg">${parts}</head>
<body><nav class="home" aria-label="Tengen"><a href="/">← Tengen</a></nav><main id="docs">${viewer ? `<noscript>${otherwise}</noscript>` : otherwise}</main></body></html>`
}

/** Nothing runs but the viewer, and it asks nobody but this installation. */
export const docsPolicy = (nonce: string): string =>
  [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
