/** What a document says of its operations, references resolved, and what can be said of the places of their messages. */

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A role that an operation plays for a resource; any name beside the six is an action (`ship`, `merge`). */
export type Role = 'create' | 'read' | 'list' | 'replace' | 'patch' | 'delete' | (string & {})

/** Where a value stands in a message: an OpenAPI runtime expression, taken apart. */
export interface Place {
  /** The expression as the contract writes it, for messages: `$request.header.If-Match`. */
  written: string
  /** `item` is one result of a bulk request (`$item…`). */
  message: 'request' | 'response' | 'item'
  part: 'header' | 'query' | 'path' | 'body' | 'status'
  /** The header, parameter or, for a body, the JSON Pointer (`''` is the whole body; a `*` segment is every member of a list). */
  name: string
  /** A text around the value, which stands at `{}`: `"(<{}>)"`. */
  text?: string
}

/** What a fact says of a place. */
export type Condition = { equals: Json } | { contains: string } | { oneOf: Json[] } | { present: boolean }

/** A place and what holds there. In `when`, `override` and `where` it must hold; in `with` it is made true. */
export interface Fact {
  place: Place
  is: Condition
}

/** A JSON Schema as the document has it; `$ref`s are not followed (see `Contract.deref`). */
export type Schema = boolean | { [keyword: string]: unknown }

/** A parameter of an operation, path-level ones included. */
export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required: boolean
  schema: Schema | undefined
  example: Json | undefined
}

/** One media type of a request or a response. */
export interface MediaType {
  /** As declared, lower case, without parameters: `application/json`. */
  type: string
  schema: Schema | undefined
  /** JSON Pointer to the schema in `Contract.document`, for compiling it with its `$ref`s. */
  schemaPointer: string | undefined
  /** All examples by name; a single `example` is named `''`. */
  examples: Map<string, Json>
}

/** A declared header of a response. */
export interface HeaderSpec {
  name: string
  required: boolean
  schema: Schema | undefined
  schemaPointer: string | undefined
  example: Json | undefined
}

/** A declared response. */
export interface ResponseSpec {
  /** `"200"`, `"4XX"` or `"default"`. */
  status: string
  description: string
  /** By lower-case name. */
  headers: Map<string, HeaderSpec>
  content: MediaType[]
}

/** An operation of the document, references resolved. */
export interface Operation {
  /** Where it stands: `#/paths/~1documents~1{id}/put`. */
  pointer: string
  operationId: string | undefined
  /** Upper case. */
  method: string
  /** The path template as in `paths`. */
  path: string
  parameters: Parameter[]
  request: { required: boolean; content: MediaType[] } | undefined
  responses: ResponseSpec[]
  /** Alternatives of scheme names (each list is "all of these"); empty: none needed. */
  security: string[][]
}

/** An operation together with the facts that make the call: `{ call, with }`. */
export interface Call {
  operation: Operation
  with: Fact[]
}
