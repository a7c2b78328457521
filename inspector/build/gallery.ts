/**
 * Which vectors are in the gallery: of each kind some that are right and some that are wrong.
 * @module
 */

/** One vector that is shown. */
export interface Choice {
  /** Of the vector. */
  readonly id: string;
  readonly title: string;
  /** What to read the octets as; otherwise what the vector says, or what fits best. */
  readonly as?: string;
  /** Where in `input` the octets are, when not in `octets`: the field, of a list the first element. */
  readonly field?: string;
}

/** The groups in their order. */
export const GALLERY: readonly { readonly group: string; readonly choices: readonly Choice[] }[] = [
  {
    group: "Content",
    choices: [
      { id: "content/examples/original", title: "A message in Markdown" },
      { id: "content/examples/reply", title: "A reply" },
      { id: "content/examples/reaction", title: "A reaction" },
      { id: "content/examples/edit", title: "An edit" },
      { id: "content/examples/attachment", title: "An encrypted attachment" },
      { id: "content/examples/nested-alternatives", title: "Eleven parts in four levels" },
      { id: "content/extensions/all-kinds-of-keys", title: "Extensions with every kind of key" },
      { id: "message-ids/uris/derived-uris", title: "A message whose URIs come from MLS" },
      { id: "message-status/reports/several", title: "A status report" },
    ],
  },
  {
    group: "Content that is wrong",
    choices: [
      { id: "content/messages/message-indefinite", title: "An array of indefinite length" },
      { id: "content/extensions/sender-and-room-swapped", title: "Keys out of order" },
      { id: "content/extensions/value-text-surrogate", title: "Text that is not UTF-8" },
      { id: "content/parts/levels-4-5", title: "One level too deep" },
      { id: "content/external-parts/encrypted-key-15", title: "A key of 15 octets" },
      { id: "message-status/reports/id-of-31", title: "A message ID of 31 octets" },
    ],
  },
  {
    group: "Requests and answers",
    choices: [
      { id: "endpoint-bodies/key-material/request", title: "Asking for KeyPackages" },
      { id: "endpoint-bodies/key-material/response-success", title: "Two KeyPackages" },
      { id: "endpoint-bodies/update/commit-full", title: "A Commit that adds two clients" },
      { id: "endpoint-bodies/update/external-commit", title: "A client joins from outside" },
      { id: "endpoint-bodies/submit-message/request", title: "An application message, franked" },
      { id: "endpoint-bodies/notify/several", title: "Fan-out of several messages" },
      { id: "endpoint-bodies/group-info/response-success", title: "An encrypted GroupInfo" },
      { id: "endpoint-bodies/consent/grant", title: "Consent with a KeyPackage" },
      { id: "endpoint-bodies/report-abuse/report", title: "A report of abuse" },
    ],
  },
  {
    group: "Requests and answers that are wrong",
    choices: [
      { id: "endpoint-bodies/key-material/length-not-minimal", title: "A length that is not minimal" },
      { id: "endpoint-bodies/update/welcome-wrapped", title: "A Welcome in an MLSMessage" },
      { id: "endpoint-bodies/notify/second-message-cut", title: "A second message cut off" },
      {
        id: "endpoint-bodies/submit-message/server-frank-with-length",
        title: "A frank with a length in front",
      },
    ],
  },
  {
    group: "MLS",
    choices: [
      { id: "extension-proposals/public-messages/with-safe-aad", title: "A proposal with SafeAAD" },
      { id: "extension-proposals/proposals/commit-mixed", title: "A Commit of three proposals" },
      {
        ...{ id: "mls-commits/app-data-update/no-path", title: "A Commit with AppDataUpdate" },
        ...{ field: "messages", as: "MLSMessage" },
      },
      {
        ...{ id: "mls-commits/semi-private/proposal-as-member", title: "A SemiPrivateMessage" },
        ...{ field: "messages", as: "MLSMessage" },
      },
      {
        ...{ id: "mls-commits/self-remove/proposal", title: "A ratchet tree" },
        ...{ field: "ratchetTree", as: "RatchetTreeNodes" },
      },
      {
        ...{ id: "mls-extensions/partial-group-info/rebuilt", title: "A GroupInfo" },
        ...{ field: "groupInfo", as: "GroupInfo" },
      },
      {
        id: "extension-proposals/proposals/app-data-update-with-length",
        title: "A proposal behind a length",
      },
      { id: "mls-extensions/safe-aad/items-out-of-order", title: "SafeAAD out of order" },
    ],
  },
  {
    group: "Components of a room",
    choices: [
      {
        ...{ id: "participant-list-updates/updates/add-one", title: "A participant list" },
        ...{ field: "listOctets", as: "ParticipantListData" },
      },
      { id: "policy-components/components/roles-with-everything", title: "Roles", as: "RoleData" },
      {
        ...{ id: "policy-components/components/logging-required-nobody", title: "Logging that nobody does" },
        as: "LoggingPolicy",
      },
    ],
  },
];
