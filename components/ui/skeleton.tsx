/** The shape of what comes, after 150 ms; nothing moves when it comes. */
export const TableSkeleton = ({ rows = 8, columns = 5 }: { rows?: number; columns?: number }) => (
  <div className="bleed late" aria-hidden="true">
    <table className="tbl">
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row}>
            {Array.from({ length: columns }, (_, column) => (
              <td key={column}>
                <span className="sk" style={{ width: 48 + ((row * 37 + column * 53) % 72) }} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
