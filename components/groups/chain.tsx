/** The order in which services of a group come. */
export const Chain = ({ names }: { names: readonly string[] }) => <span className="mono t2">{names.join(' → ')}</span>
