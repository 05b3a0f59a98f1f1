import type { Hint } from '../../../spec/candidates/structure.ts'

/** What a user says on the command line, where the paths of a document do not show the resource. */
export const hints: Record<string, Hint> = {
  'azure-table': { collection: '/{table}', item: "/{table}(PartitionKey='{pk}',RowKey='{rk}')", with: { '$request.path.table': 'people' } },
  gcs: {
    collection: '/upload/storage/v1/b/{bucket}/o',
    item: '/storage/v1/b/{bucket}/o/{object}',
    with: { '$request.path.bucket': 'photos' },
  },
  tus: {
    collection: '/files',
    item: '/files/{id}',
    with: { '$request.header.Tus-Resumable': '1.0.0' },
  },
}
