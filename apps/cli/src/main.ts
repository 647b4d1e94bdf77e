console.error('The command line is not written yet.')
process.exitCode = 1

export {}
