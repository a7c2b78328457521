//! What AppDataUpdates do to the dictionary: every component appends its updates to its data.
//!
//! OpenMLS hands the updates to the application and takes the new dictionary entries back. Appending makes their order
//! visible.

use std::collections::BTreeMap;

use openmls::{
    component::ComponentData,
    group::{AppDataDictionaryUpdater, AppDataUpdates},
    messages::proposals::{AppDataUpdateOperation, AppDataUpdateProposal},
};

/// The entries after these updates, which are in the order of the commit within each component.
pub fn updates<'a>(
    proposals: impl Iterator<Item = &'a AppDataUpdateProposal>,
    mut updater: AppDataDictionaryUpdater<'_>,
) -> Option<AppDataUpdates> {
    let mut after: BTreeMap<u16, Option<Vec<u8>>> = BTreeMap::new();
    for proposal in proposals {
        let id = proposal.component_id();
        match proposal.operation() {
            AppDataUpdateOperation::Remove => {
                after.insert(id, None);
            }
            AppDataUpdateOperation::Update(update) => {
                let before = || updater.old_value(id).unwrap_or_default().to_vec();
                let data = after.remove(&id).flatten().unwrap_or_else(before);
                after.insert(id, Some([data.as_slice(), update.as_slice()].concat()));
            }
        }
    }
    for (id, data) in after {
        match data {
            Some(data) => updater.set(ComponentData::from_parts(id, data.into())),
            None => updater.remove(&id),
        }
    }
    updater.changes()
}
