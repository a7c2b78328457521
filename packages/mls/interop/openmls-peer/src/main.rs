//! A member and a server of MLS groups on OpenMLS: one JSON request a line, one answer a line.
//!
//! An answer is `{"ok": ...}`, or `{"error": "..."}` with OpenMLS's own error, enough to see which check refused.

mod client;
mod commit;
mod dictionary;
mod octets;
mod outside;
mod request;
mod server;

use std::{
    collections::HashMap,
    fmt::{self, Debug},
    io::{self, BufRead, Write},
    panic::{self, AssertUnwindSafe},
};

use serde_json::{Value, json};

use crate::{client::Client, request::Request, server::Server};

/// Why a request was refused: the error's own name, which says more than its sentence.
pub struct Failure(String);

impl Failure {
    pub fn of(error: impl Debug) -> Self {
        Self(format!("{error:?}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

type Answer = Result<Value, Failure>;

#[derive(Default)]
struct Peer {
    clients: HashMap<String, Client>,
    servers: HashMap<String, Server>,
}

impl Peer {
    fn client(&mut self, name: &str) -> Result<&mut Client, Failure> {
        self.clients.get_mut(name).ok_or_else(|| Failure(format!("no client {name}")))
    }

    fn server(&mut self, name: &str) -> Result<&mut Server, Failure> {
        self.servers.get_mut(name).ok_or_else(|| Failure(format!("no server {name}")))
    }

    fn answer(&mut self, request: Request) -> Answer {
        match request {
            Request::Version => Ok(json!({
                "openmls": "0.9.2", "feature": "extensions-draft", "crypto": "openmls_rust_crypto 0.6.0",
            })),
            Request::NewClient { client, description } => {
                let made = Client::new(description)?;
                let answer = made.describe();
                self.clients.insert(client, made);
                Ok(answer)
            }
            Request::KeyPackage { client } => self.client(&client)?.key_package(),
            Request::Create { client, group_id, extensions } => {
                self.client(&client)?.create(group_id, extensions)
            }
            Request::Join { client, welcome, ratchet_tree } => {
                self.client(&client)?.join(welcome, ratchet_tree)
            }
            Request::JoinExternally {
                client,
                group_info,
                ratchet_tree,
                pending,
                proposals,
                authenticated_data,
            } => self.client(&client)?.join_externally(commit::ExternalJoin {
                group_info,
                ratchet_tree,
                pending,
                proposals,
                authenticated_data,
            }),
            Request::Propose { client, proposal, aad } => self.client(&client)?.propose(proposal, aad),
            Request::Commit { client, proposals, pending, path, tree_in_welcome, aad } => self
                .client(&client)?
                .commit(commit::CommitRequest { proposals, pending, path, tree_in_welcome, aad }),
            Request::MergePendingCommit { client } => self.client(&client)?.merge_pending_commit(),
            Request::ClearPendingCommit { client } => self.client(&client)?.clear_pending_commit(),
            Request::Process { client, message } => self.client(&client)?.process(message),
            Request::Protect { client, application_data, aad } => {
                self.client(&client)?.protect(application_data, aad)
            }
            Request::GroupInfo { client, ratchet_tree } => self.client(&client)?.group_info(ratchet_tree),
            Request::Export { client, label, context, length } => {
                self.client(&client)?.export(&label, context, length)
            }
            Request::SafeExport { client, component_id } => self.client(&client)?.safe_export(component_id),
            Request::SafeEncrypt { client, component_id, public_key, label, context, plaintext } => {
                self.client(&client)?.safe_encrypt(component_id, &label, [public_key, context, plaintext])
            }
            Request::StorePsk { client, psk_id, psk } => self.client(&client)?.store_psk(psk_id, psk),
            Request::State { client } => self.client(&client)?.state(),
            Request::JoinProposal { client, group_id, epoch, key_package } => {
                self.client(&client)?.join_proposal(group_id, epoch, key_package)
            }
            Request::ExternalProposal { client, group_id, epoch, sender_index, proposal } => {
                self.client(&client)?.external_proposal(group_id, epoch, sender_index, proposal)
            }
            Request::Serve { server, group_info, ratchet_tree } => {
                let made = Server::new(group_info, ratchet_tree)?;
                let answer = made.state();
                self.servers.insert(server, made);
                answer
            }
            Request::ServerProcess { server, message } => self.server(&server)?.process(message),
            Request::ServerState { server } => self.server(&server)?.state(),
        }
    }
}

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let mut peer = Peer::default();
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = serde_json::from_str::<Request>(&line)
            .map_err(|error| Failure(error.to_string()))
            .and_then(|request| {
                panic::catch_unwind(AssertUnwindSafe(|| peer.answer(request)))
                    .unwrap_or_else(|_| Err(Failure("panicked".into())))
            });
        let answer = match answer {
            Ok(value) => json!({ "ok": value }),
            Err(failure) => json!({ "error": failure.to_string() }),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}
