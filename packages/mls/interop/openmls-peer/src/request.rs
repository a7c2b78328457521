//! What can be asked for.

use serde::Deserialize;

use crate::octets::Octets;

/// One line of standard input. `client` and `server` are names that the asker chooses.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Request {
    /// What this program is built from.
    Version,
    /// A client with a fresh signature key, and what it says of itself.
    NewClient {
        client: String,
        description: Description,
    },
    /// A KeyPackage of the client, with its private keys.
    KeyPackage {
        client: String,
    },
    /// A group of one; `extensions` is the encoded vector of the GroupContext.
    Create {
        client: String,
        group_id: Octets,
        extensions: Octets,
    },
    /// Joins by an MLSMessage that holds a Welcome.
    Join {
        client: String,
        welcome: Octets,
        ratchet_tree: Option<Octets>,
    },
    /// Joins by external commit; `pending` are the proposals of the epoch as the hub gives them out.
    JoinExternally {
        client: String,
        group_info: Octets,
        ratchet_tree: Option<Octets>,
        #[serde(default)]
        pending: Vec<Octets>,
        #[serde(default)]
        proposals: Vec<ProposalRequest>,
        #[serde(default)]
        authenticated_data: Octets,
    },
    /// A proposal on its own.
    Propose {
        client: String,
        proposal: ProposalRequest,
        #[serde(flatten)]
        aad: AuthenticatedData,
    },
    /// A commit; it stays pending.
    Commit {
        client: String,
        #[serde(default)]
        proposals: Vec<ProposalRequest>,
        /// Whether the pending proposals are committed too.
        pending: bool,
        /// Fresh keys even where the proposals do not ask for them.
        path: bool,
        tree_in_welcome: bool,
        #[serde(flatten)]
        aad: AuthenticatedData,
    },
    MergePendingCommit {
        client: String,
    },
    ClearPendingCommit {
        client: String,
    },
    /// Reads a message of the group; a commit is merged.
    Process {
        client: String,
        message: Octets,
    },
    Protect {
        client: String,
        application_data: Octets,
        #[serde(flatten)]
        aad: AuthenticatedData,
    },
    GroupInfo {
        client: String,
        ratchet_tree: bool,
    },
    /// The secret of the exporter of RFC 9420 §8.5.
    Export {
        client: String,
        label: String,
        context: Octets,
        length: usize,
    },
    /// The secret of one component, extensions §4.4.
    SafeExport {
        client: String,
        component_id: u16,
    },
    /// Encrypts to a public key in the name of a component, extensions §4.2.
    SafeEncrypt {
        client: String,
        component_id: u16,
        public_key: Octets,
        label: String,
        context: Octets,
        plaintext: Octets,
    },
    /// Makes a PSK known.
    StorePsk {
        client: String,
        psk_id: PskId,
        psk: Octets,
    },
    State {
        client: String,
    },
    /// A proposal of somebody who wants to be added.
    JoinProposal {
        client: String,
        group_id: Octets,
        epoch: u64,
        key_package: Octets,
    },
    /// A proposal of an external sender.
    ExternalProposal {
        client: String,
        group_id: Octets,
        epoch: u64,
        sender_index: u32,
        proposal: ProposalRequest,
    },
    /// The public view of a group, from its GroupInfo on.
    Serve {
        server: String,
        group_info: Octets,
        ratchet_tree: Octets,
    },
    /// Reads a handshake message; a commit is merged.
    ServerProcess {
        server: String,
        message: Octets,
    },
    ServerState {
        server: String,
    },
}

/// What a client says of itself, and how it sends handshakes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Description {
    pub identity: Octets,
    pub cipher_suite: u16,
    pub extensions: Vec<u16>,
    pub proposals: Vec<u16>,
    pub not_before: u64,
    pub not_after: u64,
    pub private_handshakes: bool,
    pub padding: usize,
    /// Marks KeyPackages the way OpenMLS does.
    #[serde(default)]
    pub last_resort: bool,
    /// The encoded extensions of the leaf.
    pub leaf_extensions: Option<Octets>,
}

/// What goes into `authenticated_data`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatedData {
    #[serde(default)]
    pub authenticated_data: Octets,
    /// The items of a SafeAAD, where the group has one.
    #[serde(default)]
    pub aad_items: Vec<AadItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AadItem {
    pub component_id: u16,
    pub data: Octets,
}

/// A proposal to make.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ProposalRequest {
    /// An MLSMessage that holds a KeyPackage.
    Add {
        key_package: Octets,
    },
    Update,
    Remove {
        removed: u32,
    },
    Psk {
        psk_id: PskId,
        nonce: Octets,
    },
    GroupContextExtensions {
        extensions: Octets,
    },
    AppDataUpdate {
        component_id: u16,
        update: Option<Octets>,
    },
    AppEphemeral {
        component_id: u16,
        data: Octets,
    },
    SelfRemove,
}

/// RFC 9420 §8.4, extensions §4.5.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum PskId {
    External { psk_id: Octets },
    Application { component_id: u16, psk_id: Octets },
    Resumption { group_id: Octets, epoch: u64 },
}
