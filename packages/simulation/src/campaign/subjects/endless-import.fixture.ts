for (let count = 0; ; count += 1) Math.sqrt(count)
export {}
