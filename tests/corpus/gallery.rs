//! The pictures of `docs/gallery.md` show what the platforms are sent now. Their pixels differ from
//! machine to machine; what they were drawn from does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::message::{folder, messages};

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Each payload that is drawn, with its hash as it was drawn.
fn drawn() -> BTreeMap<String, String> {
    let text = fs::read_to_string(docs().join("gallery/hashes.txt")).unwrap();
    let line = |line: &str| {
        let (hash, file) = line.split_once("  ").unwrap();
        (file.to_owned(), hash.to_owned())
    };
    text.lines().map(line).collect()
}

#[test]
fn the_pictures_show_what_is_sent() {
    let stale: Vec<_> = drawn()
        .into_iter()
        .filter(|(file, hash)| {
            let sent = fs::read(folder().join("payloads").join(file)).unwrap_or_default();
            let is: String =
                Sha256::digest(sent).iter().map(|byte| format!("{byte:02x}")).collect();
            is != *hash
        })
        .map(|(file, _)| file)
        .collect();
    assert!(stale.is_empty(), "drawn of other payloads, ./gallery draws them anew: {stale:?}");
}

#[test]
fn every_message_is_shown() {
    let page = fs::read_to_string(docs().join("gallery.md")).unwrap();
    for message in messages() {
        let picture = format!("(gallery/{}.slack.png)", message.name);
        assert!(page.contains(&picture), "{} is not in tests/gallery/messages.json", message.name);
    }
    for (file, _) in drawn() {
        assert!(page.contains(&format!("corpus/payloads/{file})")), "{file}");
        let (platform, name) = file.split_once('/').unwrap();
        let name = name.trim_end_matches(".json").trim_end_matches(".form");
        let picture = docs().join(format!("gallery/{name}.{platform}.png"));
        assert!(picture.exists(), "{}: ./gallery draws it", picture.display());
    }
}
