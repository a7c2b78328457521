//! Proposals and commits that this program makes.

use openmls::{
    messages::proposals::{AppDataUpdateProposal, AppEphemeralProposal, PreSharedKeyProposal},
    prelude::*,
};
use serde_json::json;

use crate::{
    Answer, Failure,
    client::Client,
    dictionary,
    octets::{Octets, encode},
    request::{AuthenticatedData, ProposalRequest},
};

/// A commit to make.
pub struct CommitRequest {
    pub proposals: Vec<ProposalRequest>,
    pub pending: bool,
    pub path: bool,
    pub tree_in_welcome: bool,
    pub aad: AuthenticatedData,
}

/// An external commit to make.
pub struct ExternalJoin {
    pub group_info: Octets,
    pub ratchet_tree: Option<Octets>,
    pub pending: Vec<Octets>,
    pub proposals: Vec<ProposalRequest>,
    pub authenticated_data: Octets,
}

fn app_data_update(component_id: u16, update: Option<Octets>) -> AppDataUpdateProposal {
    match update {
        Some(update) => AppDataUpdateProposal::update(component_id, update.0),
        None => AppDataUpdateProposal::remove(component_id),
    }
}

impl Client {
    /// A proposal that is committed by value.
    fn proposal(&self, request: ProposalRequest) -> Result<Proposal, Failure> {
        Ok(match request {
            ProposalRequest::Psk { psk_id, nonce } => {
                let id = Self::psk_id(&psk_id, nonce.0);
                Proposal::PreSharedKey(Box::new(PreSharedKeyProposal::new(id)))
            }
            ProposalRequest::AppDataUpdate { component_id, update } => {
                Proposal::AppDataUpdate(Box::new(app_data_update(component_id, update)))
            }
            ProposalRequest::AppEphemeral { component_id, data } => {
                Proposal::AppEphemeral(Box::new(AppEphemeralProposal::new(component_id, data.0)))
            }
            ProposalRequest::SelfRemove => Proposal::SelfRemove,
            ProposalRequest::Add { key_package } => {
                Proposal::Add(Box::new(self.key_package_in(&key_package)?.into()))
            }
            _ => return Err(Failure("not a proposal to commit by value here".into())),
        })
    }

    pub fn propose(&mut self, request: ProposalRequest, aad: AuthenticatedData) -> Answer {
        self.set_aad(aad)?;
        let propose = match request {
            ProposalRequest::SelfRemove => return self.self_remove(),
            ProposalRequest::Add { key_package } => Propose::Add(self.key_package_in(&key_package)?),
            ProposalRequest::Update => Propose::Update(LeafNodeParameters::default()),
            ProposalRequest::Remove { removed } => Propose::Remove(removed),
            ProposalRequest::Psk { psk_id, nonce } => Propose::PreSharedKey(Self::psk_id(&psk_id, nonce.0)),
            ProposalRequest::GroupContextExtensions { extensions } => {
                Propose::GroupContextExtensions(extensions.decode()?)
            }
            ProposalRequest::AppDataUpdate { component_id, update: Some(update) } => {
                Propose::UpdateAppDataComponent { component_id, update: update.0 }
            }
            ProposalRequest::AppDataUpdate { component_id, update: None } => {
                Propose::RemoveAppDataComponent { component_id }
            }
            ProposalRequest::AppEphemeral { .. } => {
                return Err(Failure("OpenMLS cannot send an AppEphemeral on its own".into()));
            }
        };
        let (group, provider, signer) = self.parts()?;
        let (message, _) =
            group.propose(provider, signer, propose, ProposalOrRefType::Reference).map_err(Failure::of)?;
        Ok(json!({ "message": encode(&message)? }))
    }

    pub fn commit(&mut self, request: CommitRequest) -> Answer {
        self.set_aad(request.aad)?;
        let mut others = Vec::new();
        let mut removed = Vec::new();
        let mut extensions = None;
        for proposal in request.proposals {
            match proposal {
                ProposalRequest::Remove { removed: leaf } => removed.push(LeafNodeIndex::new(leaf)),
                ProposalRequest::GroupContextExtensions { extensions: list } => {
                    extensions = Some(list.decode()?)
                }
                other => others.push(self.proposal(other)?),
            }
        }
        let (group, provider, signer) = self.parts()?;
        let mut builder = group
            .commit_builder()
            .consume_proposal_store(request.pending)
            .force_self_update(request.path)
            .propose_removals(removed);
        if let Some(extensions) = extensions {
            builder = builder.propose_group_context_extensions(extensions).map_err(Failure::of)?;
        }
        let mut builder = builder
            .add_proposals(others)
            .load_psks(provider.storage())
            .map_err(Failure::of)?
            .create_group_info(true)
            .use_ratchet_tree_extension(request.tree_in_welcome);
        let updates =
            dictionary::updates(builder.app_data_update_proposals(), builder.app_data_dictionary_updater());
        builder.with_app_data_dictionary_updates(updates);
        let bundle = builder
            .build(provider.rand(), provider.crypto(), signer, |_| true)
            .map_err(Failure::of)?
            .stage_commit(provider)
            .map_err(Failure::of)?;
        let welcome = bundle.to_welcome_msg().map(|welcome| encode(&welcome)).transpose()?;
        let commit = encode(bundle.commit())?;
        let group_info = bundle.into_group_info_msg().map(|info| encode(&info)).transpose()?;
        Ok(json!({ "commit": commit, "welcome": welcome, "groupInfo": group_info }))
    }

    pub fn merge_pending_commit(&mut self) -> Answer {
        let (group, provider, _) = self.parts()?;
        group.merge_pending_commit(provider).map_err(Failure::of)?;
        self.state()
    }

    pub fn clear_pending_commit(&mut self) -> Answer {
        let (group, provider, _) = self.parts()?;
        group.clear_pending_commit(provider.storage()).map_err(Failure::of)?;
        self.state()
    }

    pub fn join_externally(&mut self, request: ExternalJoin) -> Answer {
        let message = request.group_info.decode::<MlsMessageIn>()?;
        let MlsMessageBodyIn::GroupInfo(group_info) = message.extract() else {
            return Err(Failure("not a GroupInfo".into()));
        };
        let mut pending = Vec::new();
        for message in request.pending {
            if let MlsMessageBodyIn::PublicMessage(proposal) = message.decode::<MlsMessageIn>()?.extract() {
                pending.push(proposal);
            }
        }
        let mut builder = MlsGroup::external_commit_builder()
            .with_config(self.join_config(self.wire_format_policy()))
            .with_proposals(pending)
            .with_aad(request.authenticated_data.0);
        if let Some(tree) = request.ratchet_tree {
            builder = builder.with_ratchet_tree(tree.decode()?);
        }
        let leaf = LeafNodeParameters::builder()
            .with_capabilities(self.capabilities())
            .with_extensions(self.leaf_extensions()?)
            .build();
        let mut builder = builder
            .build_group(&self.provider, group_info, self.credential.clone())
            .map_err(Failure::of)?
            .leaf_node_parameters(leaf);
        for proposal in request.proposals {
            builder = match proposal {
                ProposalRequest::Psk { psk_id, nonce } => {
                    builder.add_psk_proposal(PreSharedKeyProposal::new(Self::psk_id(&psk_id, nonce.0)))
                }
                ProposalRequest::AppDataUpdate { component_id, update } => {
                    builder.add_app_data_update_proposal(app_data_update(component_id, update))
                }
                _ => return Err(Failure("OpenMLS cannot put this into an external commit".into())),
            };
        }
        let mut builder = builder
            .load_psks(self.provider.storage())
            .map_err(Failure::of)?
            .create_group_info(true)
            .use_ratchet_tree_extension(false);
        let updates =
            dictionary::updates(builder.app_data_update_proposals(), builder.app_data_dictionary_updater());
        builder.with_app_data_dictionary_updates(updates);
        let (group, bundle) = builder
            .build(self.provider.rand(), self.provider.crypto(), &self.signer, |_| true)
            .map_err(Failure::of)?
            .finalize(&self.provider)
            .map_err(Failure::of)?;
        let commit = encode(bundle.commit())?;
        let group_info = bundle.into_group_info_msg().map(|info| encode(&info)).transpose()?;
        self.enter(group);
        Ok(json!({ "commit": commit, "groupInfo": group_info }))
    }
}
