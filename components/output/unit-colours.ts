const colours = 8

/** The class of a unit's colour: by its place in the list, so that it stays while others are hidden. */
export const unitColour = (index: number): string => `u-${index % colours}`

/** Of `web/3` the part that tells it from its sisters. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('/'))
