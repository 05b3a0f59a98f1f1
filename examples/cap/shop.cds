using { cuid, managed } from '@sap/cds/common';

@path: '/shop' @requires: 'authenticated-user'
service Shop {

  /** Its version is the time of the last change, in milliseconds; it has states. */
  @assert.unique: { isbn: [ isbn ] }
  entity Books : cuid, managed {
    title    : String;
    blurb    : String;
    isbn     : String;
    @assert.target author : Association to Authors;
    @flow.status status : String enum { open; published; withdrawn } default 'open';
  } actions {
    @from: #open      @to: #published action publish();
    @from: #published @to: #withdrawn action withdraw();
  }
  annotate Books with { modifiedAt @odata.etag };

  /** Its version is a UUID. */
  entity Authors : cuid {
    name    : String;
    version : UUID @odata.etag;
  }

  /** It may be edited as a draft; as long as there is one, not otherwise. */
  @odata.draft.enabled
  entity Orders : cuid, managed {
    note   : String;
    remark : String;
  }
  annotate Orders with { modifiedAt @odata.etag };
}
