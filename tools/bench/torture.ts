console.log('no torture run yet')

export {}
