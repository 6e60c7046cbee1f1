declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  const SwaggerUI: (settings: Readonly<Record<string, unknown>>) => unknown
  export = SwaggerUI
}
