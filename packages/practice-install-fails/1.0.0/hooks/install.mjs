console.log('looking for the licence file')
console.error('there is no licence file: cannot install')
process.exitCode = 3
