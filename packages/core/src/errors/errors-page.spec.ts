import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorsPage } from './errors-page.fixture.ts'

it('has a page in the docs on which every code stands, and which is current', async () => {
  await expect(errorsPage()).toMatchFileSnapshot(join(import.meta.dirname, '../../../../docs/errors.md'))
})
