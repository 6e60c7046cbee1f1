console.log('waiting for a device that never comes')
setInterval(() => {}, 60_000)
