/** Asked by the hooks, at the address itself and not at a host name: which relations are in use. */
export const statePath = '/-/proxy'
export const stateOf = ({ digest }, program) => JSON.stringify({ relationsDigest: digest, program })
