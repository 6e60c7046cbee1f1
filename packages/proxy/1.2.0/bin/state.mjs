/** Alike for every name, so that whoever asks under two can tell that neither is taken up. */
export const nobody = 'No service is reached under this name here.'

/** Asked by the hooks, at the address itself and not at a host name: which relations are in use. */
export const statePath = '/-/proxy'
export const stateOf = ({ digest }, program) => JSON.stringify({ relationsDigest: digest, program })
