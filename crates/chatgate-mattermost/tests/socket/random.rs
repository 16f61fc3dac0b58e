//! Losses of every kind, at random.

use std::collections::BTreeMap;

use chatgate_core::{Rng as _, SeededRng};

use super::Listening;

#[tokio::test]
async fn whatever_breaks_each_post_comes_once_and_in_order() {
    for seed in 1..=8 {
        let chat = Listening::start().await;
        let rng = SeededRng::new(seed);
        let chance = || {
            let mut byte = [0];
            rng.fill(&mut byte);
            byte[0]
        };
        let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for n in 0..500 {
            match chance() {
                0..=3 => chat.server.cut(),
                4..=6 => chat.server.forget(),
                7..=8 => chat.server.lose_one(),
                9 => chat.server.fail(2),
                10..=80 => chat.pass(1),
                _ => {}
            }
            for _ in 0..chance() % 8 {
                tokio::task::yield_now().await;
            }
            let channel = ["ops", "dev", "line"][usize::from(chance()) % 3];
            let id = chat.server.post(channel, &format!("@opsbot {n}"));
            said.entry(channel.to_owned()).or_default().push(format!("posted {id}"));
        }
        chat.has_recorded(500).await;
        for (channel, posts) in &said {
            assert_eq!(chat.of(channel), *posts, "seed {seed}, {channel}");
        }
    }
}
