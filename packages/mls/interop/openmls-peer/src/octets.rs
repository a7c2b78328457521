//! Octets as lower-case hexadecimal in JSON, and as TLS structs.

use openmls::prelude::tls_codec::{Deserialize as TlsDeserialize, Serialize as TlsSerialize};
use serde::{Deserialize, Deserializer, de::Error};

use crate::Failure;

/// Octets that a request carries.
#[derive(Clone, Default)]
pub struct Octets(pub Vec<u8>);

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if !text.is_ascii() || text.len() % 2 != 0 {
            return Err(D::Error::custom("not hexadecimal"));
        }
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).map_err(D::Error::custom))
            .collect::<Result<_, _>>()
            .map(Octets)
    }
}

impl Octets {
    /// One TLS struct, from the first octet to the last.
    pub fn decode<T: TlsDeserialize>(&self) -> Result<T, Failure> {
        T::tls_deserialize_exact(&self.0).map_err(Failure::of)
    }
}

/// Octets for an answer.
pub fn hex(octets: impl AsRef<[u8]>) -> String {
    octets.as_ref().iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A TLS struct for an answer.
pub fn encode(value: &impl TlsSerialize) -> Result<String, Failure> {
    value.tls_serialize_detached().map(hex).map_err(Failure::of)
}
