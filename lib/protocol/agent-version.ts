/** The version of the agent in this tree; what is built of it is followed by what it is made of: 0.6.0+1a2b3c4d. */
export const currentAgentVersion = '0.6.0'
