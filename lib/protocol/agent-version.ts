/** The version of the agent in this tree. */
export const currentAgentVersion = '0.5.0'
