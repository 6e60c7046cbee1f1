console.log('running')
setInterval(() => {}, 60_000)
