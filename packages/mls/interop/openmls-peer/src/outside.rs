//! Proposals from outside of the group. RFC 9420 §12.1.8.

use openmls::prelude::*;
use openmls_rust_crypto::OpenMlsRustCrypto;
use serde_json::json;

use crate::{
    Answer, Failure,
    client::Client,
    octets::{Octets, encode},
    request::ProposalRequest,
};

impl Client {
    pub fn join_proposal(&mut self, group_id: Octets, epoch: u64, key_package: Octets) -> Answer {
        let message = JoinProposal::new::<<OpenMlsRustCrypto as OpenMlsProvider>::StorageProvider>(
            self.key_package_in(&key_package)?,
            GroupId::from_slice(&group_id.0),
            epoch.into(),
            &self.signer,
        )
        .map_err(Failure::of)?;
        Ok(json!({ "message": encode(&message)? }))
    }

    pub fn external_proposal(
        &mut self,
        group_id: Octets,
        epoch: u64,
        sender_index: u32,
        proposal: ProposalRequest,
    ) -> Answer {
        let group_id = GroupId::from_slice(&group_id.0);
        let (epoch, sender) = (epoch.into(), SenderExtensionIndex::new(sender_index));
        let signer = &self.signer;
        type Provider = OpenMlsRustCrypto;
        let message = match proposal {
            ProposalRequest::Remove { removed } => ExternalProposal::new_remove::<Provider>(
                LeafNodeIndex::new(removed),
                group_id,
                epoch,
                signer,
                sender,
            )
            .map_err(Failure::of),
            ProposalRequest::Add { key_package } => ExternalProposal::new_add::<Provider>(
                self.key_package_in(&key_package)?,
                group_id,
                epoch,
                signer,
                sender,
            )
            .map_err(Failure::of),
            ProposalRequest::GroupContextExtensions { extensions } => {
                let extensions = extensions.decode()?;
                ExternalProposal::new_group_context_extensions::<Provider>(
                    extensions, group_id, epoch, signer, sender,
                )
                .map_err(Failure::of)
            }
            _ => Err(Failure("OpenMLS cannot make this proposal from outside".into())),
        }?;
        Ok(json!({ "message": encode(&message)? }))
    }
}
