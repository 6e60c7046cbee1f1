console.error('replication lag is 1200 s, allowed are 30 s')
process.exitCode = 1
