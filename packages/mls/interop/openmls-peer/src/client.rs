//! A member, on OpenMLS's MlsGroup.

use openmls::{prelude::*, schedule::PreSharedKeyId, schedule::psk::ResumptionPskUsage};
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;
use serde_json::{Value, json};

use crate::{
    Answer, Failure, dictionary,
    octets::{Octets, encode, hex},
    request::{AuthenticatedData, Description, PskId},
    server::public_state,
};

/// One client, in at most one group.
pub struct Client {
    pub provider: OpenMlsRustCrypto,
    pub signer: SignatureKeyPair,
    pub credential: CredentialWithKey,
    pub description: Description,
    pub suite: Ciphersuite,
    group: Option<MlsGroup>,
}

/// A message of a group, out of an MLSMessage.
pub fn protocol_message(message: Octets) -> Result<ProtocolMessage, Failure> {
    message.decode::<MlsMessageIn>()?.try_into_protocol_message().map_err(Failure::of)
}

/// Who is in a group.
pub fn members(list: impl Iterator<Item = Member>) -> Vec<Value> {
    list.map(|member| json!({ "leafIndex": member.index.u32(), "signatureKey": hex(&member.signature_key) }))
        .collect()
}

/// OpenMLS gives this key to nobody but its storage, so it is read from what a storage is given.
fn encryption_private_key(bundle: &KeyPackageBundle) -> Result<Vec<u8>, Failure> {
    fn octets(value: &Value) -> Option<Vec<u8>> {
        match value {
            Value::Object(fields) => fields.values().find_map(octets),
            Value::Array(items) => {
                items.iter().map(|item| item.as_u64().and_then(|octet| octet.try_into().ok())).collect()
            }
            _ => None,
        }
    }
    let stored = serde_json::to_value(bundle).map_err(Failure::of)?;
    octets(&stored["private_encryption_key"]).ok_or_else(|| Failure("no encryption key".into()))
}

impl Client {
    pub fn new(description: Description) -> Result<Self, Failure> {
        let suite = Ciphersuite::try_from(description.cipher_suite).map_err(Failure::of)?;
        let signer = SignatureKeyPair::new(suite.signature_algorithm()).map_err(Failure::of)?;
        let credential = CredentialWithKey {
            credential: BasicCredential::new(description.identity.0.clone()).into(),
            signature_key: signer.public().into(),
        };
        let provider = OpenMlsRustCrypto::default();
        Ok(Self { provider, signer, credential, description, suite, group: None })
    }

    pub fn describe(&self) -> Value {
        json!({
            "signaturePublicKey": hex(self.signer.public()),
            "signaturePrivateKey": hex(self.signer.private()),
        })
    }

    pub fn capabilities(&self) -> Capabilities {
        let extensions: Vec<_> =
            self.description.extensions.iter().map(|number| ExtensionType::from(*number)).collect();
        let proposals: Vec<_> =
            self.description.proposals.iter().map(|number| ProposalType::from(*number)).collect();
        let credentials = [CredentialType::Basic];
        Capabilities::new(None, Some(&[self.suite]), Some(&extensions), Some(&proposals), Some(&credentials))
    }

    pub fn leaf_extensions(&self) -> Result<Extensions<LeafNode>, Failure> {
        self.description.leaf_extensions.as_ref().map_or(Ok(Extensions::empty()), Octets::decode)
    }

    pub fn wire_format_policy(&self) -> WireFormatPolicy {
        if self.description.private_handshakes {
            MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY
        } else {
            MIXED_PLAINTEXT_WIRE_FORMAT_POLICY
        }
    }

    pub fn join_config(&self, wire_format_policy: WireFormatPolicy) -> MlsGroupJoinConfig {
        MlsGroupJoinConfig::builder()
            .wire_format_policy(wire_format_policy)
            .max_past_epochs(3)
            .padding_size(self.description.padding)
            .number_of_resumption_psks(8)
            .build()
    }

    /// A SelfRemove is a PublicMessage (extensions §6.3), which OpenMLS makes only where all handshakes are.
    pub fn self_remove(&mut self) -> Answer {
        let public = self.join_config(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY);
        let usual = self.join_config(self.wire_format_policy());
        let (group, provider, signer) = self.parts()?;
        group.set_configuration(provider.storage(), &public).map_err(Failure::of)?;
        let message = group.leave_group_via_self_remove(provider, signer).map_err(Failure::of)?;
        group.set_configuration(provider.storage(), &usual).map_err(Failure::of)?;
        Ok(json!({ "message": encode(&message)? }))
    }

    fn lifetime(&self) -> Lifetime {
        Lifetime::init(self.description.not_before, self.description.not_after)
    }

    pub fn group(&mut self) -> Result<&mut MlsGroup, Failure> {
        self.group.as_mut().ok_or_else(|| Failure("not in a group".into()))
    }

    pub fn parts(&mut self) -> Result<(&mut MlsGroup, &OpenMlsRustCrypto, &SignatureKeyPair), Failure> {
        let group = self.group.as_mut().ok_or_else(|| Failure("not in a group".into()))?;
        Ok((group, &self.provider, &self.signer))
    }

    pub fn enter(&mut self, group: MlsGroup) {
        self.group = Some(group);
    }

    pub fn key_package(&mut self) -> Answer {
        let mut builder = KeyPackage::builder()
            .leaf_node_capabilities(self.capabilities())
            .leaf_node_extensions(self.leaf_extensions()?)
            .key_package_lifetime(self.lifetime());
        if self.description.last_resort {
            builder = builder.mark_as_last_resort();
        }
        let bundle = builder
            .build(self.suite, &self.provider, &self.signer, self.credential.clone())
            .map_err(Failure::of)?;
        let key_package = bundle.key_package();
        let reference = key_package.hash_ref(self.provider.crypto()).map_err(Failure::of)?;
        Ok(json!({
            "keyPackage": encode(&MlsMessageOut::from(key_package.clone()))?,
            "reference": hex(reference.as_slice()),
            "initPrivateKey": hex(&**bundle.init_private_key()),
            "encryptionPrivateKey": hex(encryption_private_key(&bundle)?),
            "signaturePrivateKey": hex(self.signer.private()),
        }))
    }

    pub fn create(&mut self, group_id: Octets, extensions: Octets) -> Answer {
        let group = MlsGroup::builder()
            .with_group_id(GroupId::from_slice(&group_id.0))
            .ciphersuite(self.suite)
            .with_wire_format_policy(self.wire_format_policy())
            .max_past_epochs(3)
            .padding_size(self.description.padding)
            .lifetime(self.lifetime())
            .with_capabilities(self.capabilities())
            .with_group_context_extensions(extensions.decode()?)
            .with_leaf_node_extensions(self.leaf_extensions()?)
            .map_err(Failure::of)?
            .build(&self.provider, &self.signer, self.credential.clone())
            .map_err(Failure::of)?;
        self.enter(group);
        self.state()
    }

    pub fn join(&mut self, welcome: Octets, ratchet_tree: Option<Octets>) -> Answer {
        let MlsMessageBodyIn::Welcome(welcome) = welcome.decode::<MlsMessageIn>()?.extract() else {
            return Err(Failure("not a Welcome".into()));
        };
        let tree = ratchet_tree.map(|tree| tree.decode()).transpose()?;
        let staged = StagedWelcome::new_from_welcome(
            &self.provider,
            &self.join_config(self.wire_format_policy()),
            welcome,
            tree,
        )
        .map_err(Failure::of)?;
        let group = staged.into_group(&self.provider).map_err(Failure::of)?;
        self.enter(group);
        self.state()
    }

    pub fn key_package_in(&self, message: &Octets) -> Result<KeyPackage, Failure> {
        let MlsMessageBodyIn::KeyPackage(key_package) = message.decode::<MlsMessageIn>()?.extract() else {
            return Err(Failure("not a KeyPackage".into()));
        };
        key_package.validate(self.provider.crypto(), ProtocolVersion::Mls10).map_err(Failure::of)
    }

    pub fn psk_id(id: &PskId, nonce: Vec<u8>) -> PreSharedKeyId {
        match id {
            PskId::External { psk_id } => PreSharedKeyId::external(psk_id.0.clone(), nonce),
            PskId::Application { component_id, psk_id } => {
                PreSharedKeyId::application(*component_id, psk_id.0.clone(), nonce)
            }
            PskId::Resumption { group_id, epoch } => PreSharedKeyId::resumption(
                ResumptionPskUsage::Application,
                GroupId::from_slice(&group_id.0),
                (*epoch).into(),
                nonce,
            ),
        }
    }

    pub fn store_psk(&mut self, id: PskId, psk: Octets) -> Answer {
        Self::psk_id(&id, Vec::new()).store(&self.provider, &psk.0).map_err(Failure::of)?;
        Ok(json!({}))
    }

    pub fn set_aad(&mut self, aad: AuthenticatedData) -> Result<(), Failure> {
        let group = self.group()?;
        group.set_aad(aad.authenticated_data.0);
        let items = aad.aad_items.into_iter().map(|item| SafeAadItem::new(item.component_id, item.data.0));
        group.set_safe_aad(items.collect()).map_err(Failure::of)
    }

    pub fn process(&mut self, message: Octets) -> Answer {
        let message = protocol_message(message)?;
        let (group, provider, _) = self.parts()?;
        let processed = group.process_message(provider, message).map_err(Failure::of)?;
        let sender = match processed.sender() {
            Sender::Member(leaf) => json!(leaf.u32()),
            _ => Value::Null,
        };
        let authenticated_data = hex(processed.aad());
        let staged = match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(content) => {
                return Ok(json!({
                    "kind": "application",
                    "sender": sender,
                    "applicationData": hex(content.into_bytes()),
                    "authenticatedData": authenticated_data,
                }));
            }
            ProcessedMessageContent::ProposalMessage(proposal)
            | ProcessedMessageContent::ExternalJoinProposalMessage(proposal) => {
                group.store_pending_proposal(provider.storage(), *proposal).map_err(Failure::of)?;
                return Ok(json!({ "kind": "proposal" }));
            }
            ProcessedMessageContent::OwnPendingCommit => {
                group.merge_pending_commit(provider).map_err(Failure::of)?;
                return Ok(json!({ "kind": "commit", "ownRemoved": false }));
            }
            ProcessedMessageContent::OwnPrivateMessage => return Ok(json!({ "kind": "own" })),
            ProcessedMessageContent::StagedCommitMessage(staged) => *staged,
            ProcessedMessageContent::UnresolvedAppDataCommit(unresolved) => {
                let updates = dictionary::updates(
                    unresolved.app_data_update_proposals(),
                    group.app_data_dictionary_updater(),
                );
                group.stage_app_data_commit(provider, *unresolved, updates).map_err(Failure::of)?
            }
        };
        let own_removed = staged.self_removed();
        group.merge_staged_commit(provider, staged).map_err(Failure::of)?;
        Ok(json!({ "kind": "commit", "ownRemoved": own_removed }))
    }

    pub fn protect(&mut self, application_data: Octets, aad: AuthenticatedData) -> Answer {
        self.set_aad(aad)?;
        let (group, provider, signer) = self.parts()?;
        let message = group.create_message(provider, signer, &application_data.0).map_err(Failure::of)?;
        Ok(json!({ "message": encode(&message)? }))
    }

    pub fn group_info(&mut self, ratchet_tree: bool) -> Answer {
        let (group, provider, signer) = self.parts()?;
        let message =
            group.export_group_info(provider.crypto(), signer, ratchet_tree).map_err(Failure::of)?;
        Ok(json!({ "groupInfo": encode(&message)? }))
    }

    pub fn export(&mut self, label: &str, context: Octets, length: usize) -> Answer {
        let (group, provider, _) = self.parts()?;
        let secret =
            group.export_secret(provider.crypto(), label, &context.0, length).map_err(Failure::of)?;
        Ok(json!({ "secret": hex(secret) }))
    }

    pub fn safe_export(&mut self, component_id: u16) -> Answer {
        let (group, provider, _) = self.parts()?;
        let secret = group
            .safe_export_secret(provider.crypto(), provider.storage(), component_id)
            .map_err(Failure::of)?;
        Ok(json!({ "secret": hex(secret) }))
    }

    pub fn safe_encrypt(&self, component_id: u16, label: &str, octets: [Octets; 3]) -> Answer {
        let [public_key, context, plaintext] = octets;
        let context = SafeEncryptionContext { component_id, label, context: &context.0 };
        let crypto = self.provider.crypto();
        let ciphertext = safe_encrypt_with_label(&public_key.0, &plaintext.0, self.suite, context, crypto)
            .map_err(Failure::of)?;
        Ok(json!({ "ciphertext": encode(&ciphertext)? }))
    }

    pub fn state(&mut self) -> Answer {
        let group = self.group()?;
        let mut state = public_state(
            group.public_group().group_context(),
            group.members(),
            &group.export_ratchet_tree(),
        )?;
        state["leafIndex"] = json!(group.own_leaf_index().u32());
        state["active"] = json!(group.is_active());
        state["epochAuthenticator"] = json!(hex(group.epoch_authenticator().as_slice()));
        state["pendingProposals"] = json!(group.pending_proposals().count());
        Ok(state)
    }
}
