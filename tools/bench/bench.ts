console.log('no benchmarks yet')

export {}
