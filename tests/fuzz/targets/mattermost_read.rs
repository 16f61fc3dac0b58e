//! What people write in Mattermost: its Markdown, with names; and that said again.
#![no_main]

use chatgate_render::mattermost::{Names, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = chatgate_fuzz::text(bytes);
    chatgate_fuzz::say(&read(&text, &Names::new()));
    let names = Names::new().user("bob", "u1").channel("town-square", "c1");
    chatgate_fuzz::say(&read(&text, &names));
});
