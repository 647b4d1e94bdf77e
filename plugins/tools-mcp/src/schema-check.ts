import type { JsonSchemaType, jsonSchemaValidator } from '@modelcontextprotocol/client'
import { Ajv } from '@modelcontextprotocol/client/validators/ajv'

/**
 * Checks values by the JSON Schemas of servers, leaving out what a stranger could make slow: patterns are not
 * tried, and uniqueness is not counted. The server checks all of it itself; here a call is refused early
 * and an answer is held to its form.
 */
export const schemaCheck: jsonSchemaValidator = {
  getValidator<T>(schema: JsonSchemaType) {
    // One per schema: two servers may give one id to two schemas.
    const ajv = new Ajv({
      strict: false,
      validateSchema: false,
      validateFormats: false,
      // Asked for names that `additionalProperties` leaves to patterns: all of them are.
      code: { regExp: Object.assign(() => ({ test: () => true }), { code: 'anything' }) },
    })
    for (const keyword of ['pattern', 'patternProperties', 'uniqueItems']) ajv.removeKeyword(keyword)
    const validate = ajv.compile(schema as object)
    return (input: unknown) => {
      if (validate(input) === true) return { valid: true, data: input as T, errorMessage: undefined }
      const [fault] = validate.errors ?? []
      return {
        valid: false,
        data: undefined,
        errorMessage: `${fault?.instancePath || 'the whole'}: ${fault?.message ?? 'does not fit'}`,
      }
    }
  },
}
