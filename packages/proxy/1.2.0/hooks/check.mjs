// Passes when the server answers. What a check prints as JSON becomes facts of the unit.
const { TENGEN_ADDRESS: host = '127.0.0.1', TENGEN_PORT_HTTP: port } = process.env

try {
  const response = await fetch(`http://${host}:${port}/-/proxy`)
  const text = (await response.text()).trim()
  if (response.status !== 200) throw new Error(`/-/proxy answers ${response.status}: ${text}`)
  console.log(JSON.stringify({ attributes: { program: JSON.parse(text).program } }))
} catch (error) {
  console.error(error.cause?.message ?? error.message)
  process.exitCode = 1
}
