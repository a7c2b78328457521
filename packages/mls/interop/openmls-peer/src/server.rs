//! The public view of a group, on OpenMLS's PublicGroup.

use openmls::prelude::*;
use openmls_rust_crypto::OpenMlsRustCrypto;
use serde_json::{Value, json};

use crate::{
    Answer, Failure,
    client::{members, protocol_message},
    dictionary,
    octets::{Octets, encode, hex},
};

/// A server that follows one group.
pub struct Server {
    provider: OpenMlsRustCrypto,
    group: PublicGroup,
}

impl Server {
    pub fn new(group_info: Octets, ratchet_tree: Octets) -> Result<Self, Failure> {
        let provider = OpenMlsRustCrypto::default();
        let MlsMessageBodyIn::GroupInfo(group_info) = group_info.decode::<MlsMessageIn>()?.extract() else {
            return Err(Failure("not a GroupInfo".into()));
        };
        let (group, _) = PublicGroup::from_external(
            provider.crypto(),
            provider.storage(),
            ratchet_tree.decode()?,
            group_info,
            ProposalStore::new(),
        )
        .map_err(Failure::of)?;
        Ok(Self { provider, group })
    }

    pub fn process(&mut self, message: Octets) -> Answer {
        let Self { provider, group } = self;
        let processed =
            group.process_message(provider.crypto(), protocol_message(message)?).map_err(Failure::of)?;
        let staged = match processed.into_content() {
            ProcessedMessageContent::ProposalMessage(proposal)
            | ProcessedMessageContent::ExternalJoinProposalMessage(proposal) => {
                group.add_proposal(provider.storage(), *proposal).map_err(Failure::of)?;
                return Ok(json!({ "kind": "proposal" }));
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => *staged,
            ProcessedMessageContent::UnresolvedAppDataCommit(unresolved) => {
                let updates = dictionary::updates(
                    unresolved.app_data_update_proposals(),
                    group.app_data_dictionary_updater(),
                );
                group.stage_app_data_commit(provider.crypto(), *unresolved, updates).map_err(Failure::of)?
            }
            _ => return Err(Failure("not a handshake message".into())),
        };
        group.merge_commit(provider.storage(), staged).map_err(Failure::of)?;
        Ok(json!({ "kind": "commit" }))
    }

    pub fn state(&self) -> Answer {
        public_state(self.group.group_context(), self.group.members(), &self.group.export_ratchet_tree())
    }
}

/// What everybody who follows a group agrees on.
pub fn public_state(
    context: &GroupContext,
    list: impl Iterator<Item = Member>,
    tree: &impl tls_codec::Serialize,
) -> Answer {
    let dictionary: Vec<Value> = context
        .extensions()
        .app_data_dictionary()
        .map(|extension| {
            let entries = extension.dictionary().entries();
            entries.map(|entry| json!({ "componentId": entry.id(), "data": hex(entry.data()) })).collect()
        })
        .unwrap_or_default();
    Ok(json!({
        "groupContext": encode(context)?,
        "epoch": context.epoch().as_u64(),
        "treeHash": hex(context.tree_hash()),
        "confirmedTranscriptHash": hex(context.confirmed_transcript_hash()),
        "members": members(list),
        "dictionary": dictionary,
        "ratchetTree": encode(tree)?,
    }))
}
