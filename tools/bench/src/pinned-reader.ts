import { DatabaseSync } from 'node:sqlite'

/** A stranger who reads a run in one transaction, until nobody holds the other end of its input any more. */
const database = new DatabaseSync(process.argv[2] ?? '', { readOnly: true })
database.exec('BEGIN')
const row = database.prepare('SELECT count(*) AS facts FROM facts').get()
process.stdout.write(`${String(row?.['facts'])}\n`)
process.stdin.resume()
process.stdin.on('end', () => {
  database.close()
  process.exit(0)
})
