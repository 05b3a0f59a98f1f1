/**
 * How many requests a probe of each resource takes at most, those that clean up left out. A resource with a token, a guard and a key takes 8 to
 * 20; each further mechanism (dates, patches, unique members, locks, versions in several places) adds its own. Fewer is better: lower them.
 */
export const mostRequests: Record<string, Record<string, number>> = {
  aip: { shelf: 8, book: 18 },
  'azure-storage': { blob: 26 },
  'azure-table': { rk: 33 },
  conflict409: { article: 13 },
  confluence: { content: 26 },
  contentful: { entry: 21 },
  couchdb: { docid: 29 },
  elasticsearch: { _doc: 33 },
  fhir: { Patient: 18, Observation: 6 },
  gcs: { o: 39 },
  'github-contents': { content: 17 },
  'idempotency-key': { payment: 6 },
  jsonapi: { article: 12 },
  kubernetes: { configmap: 22 },
  odata: { Book: 28 },
  reference: { document: 29, note: 18, user: 30, file: 20, payment: 12, folder: 13, branch: 21, order: 10, item: 14 },
  'reference 409': { document: 29, note: 18, user: 30, file: 20, payment: 12, folder: 13, branch: 21, order: 10, item: 14 },
  rfc9110: { note: 22 },
  s3: { key: 19 },
  scim: { User: 23 },
  solid: { container: 3, resource: 19 },
  stripe: { customer: 5 },
  tus: { file: 16 },
  webdav: { folder: 5, file: 41 },
  xapi: { profile: 24, statement: 10 },
}
