/** The version of the agent in this tree. */
export const currentAgentVersion = '0.6.0'
