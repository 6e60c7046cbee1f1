/** Of the e-mails of the demo's people. Nobody can have one. */
export const demoDomain = '@demo.tengen.test'
